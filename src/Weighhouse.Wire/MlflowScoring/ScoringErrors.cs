using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Wire.Inference;
using Weighhouse.Wire.Mlflow.Errors;

namespace Weighhouse.Wire.MlflowScoring;

/// <summary>The protocol's refusals: <c>{"error_code": "…", "message": "…"}</c>.</summary>
internal static class ScoringErrors
{
    public static async Task WriteAsync(HttpContext http, Error error)
    {
        Challenge.Add(http, error);
        var (status, word) = error switch
        {
            { Code: ErrorCode.LimitExceeded, Field: InferenceBody.TooLargeField } => (StatusCodes.Status413PayloadTooLarge, "BAD_REQUEST"),
            { Code: ErrorCode.Unavailable, Field: "deadline" } => (StatusCodes.Status504GatewayTimeout, "TEMPORARILY_UNAVAILABLE"),
            _ => MlflowErrors.Of(error.Code),
        };
        using var reply = new ReplyBuffer();
        reply.Raw("{\"error_code\": "u8).Text(word).Raw(", \"message\": "u8).Text(error.Message).Raw("}"u8);
        await InferenceReplies.WriteAsync(http, status, reply);
    }
}
