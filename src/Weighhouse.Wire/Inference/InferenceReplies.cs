using Microsoft.AspNetCore.Http;

namespace Weighhouse.Wire.Inference;

/// <summary>Sends what a <see cref="ReplyBuffer"/> holds.</summary>
internal static class InferenceReplies
{
    public const string PredictionIdHeader = "X-Prediction-Id";

    public static Task WriteAsync(HttpContext http, int status, ReplyBuffer reply)
    {
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = reply.Length;
        return HttpMethods.IsHead(http.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(reply.Memory, http.RequestAborted).AsTask();
    }
}
