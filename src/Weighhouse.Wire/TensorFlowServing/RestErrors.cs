using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Wire.Inference;

namespace Weighhouse.Wire.TensorFlowServing;

/// <summary>The protocol's refusals: <c>{ "error": "…" }</c>.</summary>
internal static class RestErrors
{
    public static async Task WriteAsync(HttpContext http, Error error)
    {
        Challenge.Add(http, error);
        using var reply = new ReplyBuffer();
        reply.Raw("{ \"error\": "u8).Text(error.Message).Raw(" }"u8);
        await InferenceReplies.WriteAsync(http, StatusOf(error), reply);
    }

    private static int StatusOf(Error error) => error switch
    {
        { Code: ErrorCode.LimitExceeded, Field: InferenceBody.TooLargeField } => StatusCodes.Status413PayloadTooLarge,
        { Code: ErrorCode.FailedPrecondition } => StatusCodes.Status400BadRequest,
        { Code: ErrorCode.Unavailable, Field: "deadline" } => StatusCodes.Status504GatewayTimeout,
        _ => ApiProblem.StatusOf(error.Code),
    };
}
