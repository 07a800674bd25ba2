using Microsoft.AspNetCore.Http;
using Weighhouse.Kernel;
using Weighhouse.Wire.Mlflow.Errors;
using Weighhouse.Wire.Mlflow.Replies;

namespace Weighhouse.Wire.Mlflow.Routing;

/// <summary>Where exceptions of this protocol end: a bug is logged with the request's id and answered without its insides.</summary>
internal static class MlflowBoundary
{
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
            if (Restarts(http))
                await MlflowErrors.WriteAsync(http, exception.StatusCode, MlflowErrors.InvalidParameterValue, exception.Message);
        }
        catch (ErrorException exception)
        {
            WireLog.MlflowRequestFailed(backend.Logger, exception, http.Request.Method, http.Request.Path, http.TraceIdentifier);
            if (Restarts(http)) await MlflowErrors.WriteAsync(http, exception.Error);
        }
        catch (Exception exception)
        {
            // The boundary: whatever else is thrown behind it is a bug, and a bug is answered in the protocol's shape.
            WireLog.MlflowRequestFailed(backend.Logger, exception, http.Request.Method, http.Request.Path, http.TraceIdentifier);
            var said = $"Something went wrong in Weighhouse. Its log says more under request {http.TraceIdentifier}.";
            if (Restarts(http)) await MlflowErrors.WriteAsync(http, new Error(ErrorCode.Internal, said));
        }
    }

    /// <summary>Whether there is still an answer to give. Half of one must not look whole: then the connection is cut.</summary>
    private static bool Restarts(HttpContext http)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return false;
        }

        MlflowReply.Restart(http);
        return true;
    }
}
