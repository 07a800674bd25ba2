using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Wire.Inference;

namespace Weighhouse.Wire.OpenInference;

/// <summary>The protocol's refusals: <c>{"error": "…"}</c>, with Triton's words where its clients look for them.</summary>
internal static class OpenInferenceErrors
{
    public static async Task WriteAsync(HttpContext http, Error error)
    {
        Challenge.Add(http, error);
        using var reply = new ReplyBuffer();
        reply.Raw("{\"error\":"u8).Text(error.Message).Raw("}"u8);
        await InferenceReplies.WriteAsync(http, StatusOf(error), reply);
    }

    /// <summary>A refusal to begin, as Triton words it.</summary>
    public static Error Of(Error error, ServingTarget target) => error.Field switch
    {
        "deployment" when error.Code is ErrorCode.NotFound =>
            Error.NotFound($"Request for unknown model: '{target.Deployment}' is not found"),
        "version" when error.Code is ErrorCode.NotFound =>
            Error.NotFound($"Request for unknown model: '{target.Deployment}' version {target.Version} is not found"),
        _ => error,
    };

    public static int StatusOf(Error error) => error.Code switch
    {
        ErrorCode.LimitExceeded when error.Field is InferenceBody.TooLargeField => StatusCodes.Status413PayloadTooLarge,
        ErrorCode.AlreadyExists or ErrorCode.FailedPrecondition or ErrorCode.Conflict => StatusCodes.Status400BadRequest,
        _ => ApiProblem.StatusOf(error.Code),
    };
}
