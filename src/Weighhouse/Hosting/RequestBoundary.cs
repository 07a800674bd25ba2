using Weighhouse.Kernel;

namespace Weighhouse.Hosting;

/// <summary>
/// The outermost middleware: gives every request an id that the answer carries, writes the request's log line, and turns what nobody
/// caught into an answer without internals.
/// </summary>
internal sealed class RequestBoundary(RequestDelegate next, ILogger<RequestBoundary> logger, TimeProvider time)
{
    public const string RequestIdHeader = "X-Request-Id";

    private const double SlowMs = 1_000;
    private const int ClientClosedRequest = 499;

    public async Task InvokeAsync(HttpContext context)
    {
        var started = time.GetTimestamp();
        context.Response.Headers[RequestIdHeader] = context.TraceIdentifier;
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone: nobody reads an answer.
            context.Response.StatusCode = ClientClosedRequest;
        }
        catch (BadHttpRequestException exception)
        {
            await AnswerAsync(context, exception.StatusCode, "The request cannot be read: " + exception.Message);
        }
        catch (Exception exception)
        {
            // The boundary: a bug anywhere behind becomes one log entry and one honest answer.
            HostingLog.RequestFailed(logger, exception, context.Request.Method, context.Request.Path, context.TraceIdentifier);
            await AnswerAsync(context, StatusCodes.Status500InternalServerError, "This is a fault in Weighhouse. The server's log has the details.");
        }
        finally
        {
            WriteLine(context, time.GetElapsedTime(started).TotalMilliseconds);
        }
    }

    private void WriteLine(HttpContext context, double elapsedMs)
    {
        var isSlow = elapsedMs >= SlowMs && !IsStream(context);
        if (!isSlow && !logger.IsEnabled(LogLevel.Information)) return;
        var user = context.Features.Get<Principal>()?.Name ?? "-";
        var path = context.Request.Path.Value ?? "/";
        if (isSlow)
            HostingLog.SlowRequest(logger, context.Request.Method, path, context.Response.StatusCode, elapsedMs, context.TraceIdentifier, user);
        else
            HostingLog.RequestDone(logger, context.Request.Method, path, context.Response.StatusCode, elapsedMs, context.TraceIdentifier, user);
    }

    /// <summary>Event streams and file transfers last as long as their client wants.</summary>
    private static bool IsStream(HttpContext context) =>
        context.Response.ContentType is "text/event-stream" or "application/octet-stream" || context.Request.ContentLength > 1 << 20;

    private static async Task AnswerAsync(HttpContext context, int status, string detail)
    {
        if (context.Response.HasStarted)
        {
            // Half an answer must not look whole.
            context.Abort();
            return;
        }

        context.Response.Clear();
        context.Response.Headers[RequestIdHeader] = context.TraceIdentifier;
        context.Response.StatusCode = status;
        await context.Response.WriteAsJsonAsync(
            new BoundaryProblem("about:blank", Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status), status, detail, context.TraceIdentifier),
            HostingJson.Default.BoundaryProblem,
            "application/problem+json");
    }
}

internal sealed record BoundaryProblem(string Type, string Title, int Status, string Detail, string RequestId);

[System.Text.Json.Serialization.JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[System.Text.Json.Serialization.JsonSerializable(typeof(BoundaryProblem))]
internal sealed partial class HostingJson : System.Text.Json.Serialization.JsonSerializerContext;
