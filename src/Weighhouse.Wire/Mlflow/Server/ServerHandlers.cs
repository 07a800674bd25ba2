using Microsoft.AspNetCore.Http;
using Weighhouse.Kernel;
using Weighhouse.Wire.Mlflow.Replies;
using Weighhouse.Wire.Mlflow.Routing;

namespace Weighhouse.Wire.Mlflow.Server;

internal static class ServerHandlers
{
    /// <summary>Clients of 3.x read it as a PEP 440 version to decide whether to send the spans of traces.</summary>
    public static ValueTask<MlflowReply> Version(MlflowCall call) => new(new TextReply(call.Options.Version));

    /// <summary>
    /// What Weighhouse does not do answers 501, which no client retries. 404 would not do: a 3.x client then tries the endpoints of 2.x.
    /// </summary>
    /// <param name="what">In the plural: "Traces".</param>
    public static MlflowHandler Unsupported(string what) => call => new ValueTask<MlflowReply>(
        new Error(ErrorCode.NotSupported, $"{what} are not supported by Weighhouse: {call.Http.Request.Method} {call.Http.Request.Path}."));

    /// <summary>The words a 3.x client looks for to stop sending spans.</summary>
    public static readonly MlflowHandler Spans = static _ => new ValueTask<MlflowReply>(
        new Error(ErrorCode.NotSupported,
        "REST OTLP span logging is not supported by Weighhouse. Send them to an OpenTelemetry collector."));

    private sealed class TextReply(string text) : MlflowReply
    {
        public override Task WriteAsync(HttpContext http)
        {
            http.Response.ContentType = "text/plain; charset=utf-8";
            return http.Response.WriteAsync(text, http.RequestAborted);
        }
    }
}
