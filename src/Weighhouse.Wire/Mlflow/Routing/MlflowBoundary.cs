using Microsoft.AspNetCore.Http;
using Weighhouse.Wire.Mlflow.Errors;
using Weighhouse.Wire.Mlflow.Replies;

namespace Weighhouse.Wire.Mlflow.Routing;

/// <summary>Where exceptions of this protocol end: a bug is logged with the request's id and answered without its insides.</summary>
internal static class MlflowBoundary
{
    private const string InternalError = "INTERNAL_ERROR";

    public static async Task RunAsync(HttpContext http, MlflowHandler handler, MlflowBackend backend)
    {
        using var call = new MlflowCall(http, backend);
        try
        {
            var reply = await handler(call);
            await reply.WriteAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
        }
        catch (BadHttpRequestException exception)
        {
            await RefuseAsync(http, exception.StatusCode, MlflowErrors.InvalidParameterValue, exception.Message);
        }
        catch (Exception exception)
        {
            // The boundary: whatever is thrown behind it is a bug, and a bug is answered in the protocol's shape.
            WireLog.MlflowRequestFailed(backend.Logger, exception, http.Request.Method, http.Request.Path, http.TraceIdentifier);
            await RefuseAsync(
                http,
                StatusCodes.Status500InternalServerError,
                InternalError,
                $"Something went wrong in Weighhouse. Its log says more under request {http.TraceIdentifier}.");
        }
    }

    private static Task RefuseAsync(HttpContext http, int status, string code, string message)
    {
        if (!http.Response.HasStarted)
        {
            MlflowReply.Restart(http);
            return MlflowErrors.WriteAsync(http, status, code, message);
        }

        // Half an answer must not look like a whole one.
        http.Abort();
        return Task.CompletedTask;
    }
}
