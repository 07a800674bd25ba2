using Weighhouse.Data;
using Weighhouse.Http;
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
        AddHeaders(context);
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested || context.Response.HasStarted)
        {
            // The client has gone, which in mid-answer the pipe may tell before the connection does: only the log reads a status now.
            if (context.Response.HasStarted) context.Abort();
            else context.Response.StatusCode = ClientClosedRequest;
        }
        catch (BadHttpRequestException exception)
        {
            await AnswerAsync(context, Error.Invalid("The request cannot be read: " + exception.Message));
        }
        catch (DatabaseException exception)
        {
            // A read has no result to carry its failure: a full disk, a time limit, a database that does not answer.
            HostingLog.RequestFailed(logger, exception, context.Request.Method, LoggedPath.Of(context.Request), context.TraceIdentifier);
            await AnswerAsync(context, exception.Error);
        }
        catch (Exception exception)
        {
            // The boundary: a bug anywhere behind becomes one log entry and one honest answer.
            HostingLog.RequestFailed(logger, exception, context.Request.Method, LoggedPath.Of(context.Request), context.TraceIdentifier);
            await AnswerAsync(
                context,
                new Error(ErrorCode.Internal, "This is a fault in Weighhouse. The server's log has the details under this request id."));
        }
        finally
        {
            WriteLine(context, time.GetElapsedTime(started).TotalMilliseconds);
        }
    }

    /// <summary>
    /// What every answer carries. The last three are for browsers: no guessing of types, no framing and no embedding by other sites.
    /// Pages and previews add a policy of their own.
    /// </summary>
    private static void AddHeaders(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers[RequestIdHeader] = context.TraceIdentifier;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "SAMEORIGIN";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    private void WriteLine(HttpContext context, double elapsedMs)
    {
        var isSlow = elapsedMs >= SlowMs && !IsStream(context);
        if (!isSlow && !logger.IsEnabled(LogLevel.Information)) return;
        var user = context.Features.Get<Principal>()?.Name ?? "-";
        var path = LoggedPath.Of(context.Request);
        if (isSlow)
            HostingLog.SlowRequest(
                logger, context.Request.Method, path, context.Response.StatusCode, elapsedMs, context.TraceIdentifier, user);
        else
            HostingLog.RequestDone(
                logger, context.Request.Method, path, context.Response.StatusCode, elapsedMs, context.TraceIdentifier, user);
    }

    /// <summary>Event streams and file transfers last as long as their client wants.</summary>
    private static bool IsStream(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<OpenEnded>() is not null
        || context.Response.ContentType is "text/event-stream" or "application/octet-stream" || context.Request.ContentLength > 1 << 20;

    private static Task AnswerAsync(HttpContext context, Error error)
    {
        if (context.Response.HasStarted)
        {
            // Half an answer must not look whole.
            context.Abort();
            return Task.CompletedTask;
        }

        context.Response.Clear();
        AddHeaders(context);
        return context.GetEndpoint()?.Metadata.GetMetadata<RefusalShape>() is { } shape
            ? shape.Write(context, error)
            : ApiProblem.WriteAsync(context, error);
    }
}
