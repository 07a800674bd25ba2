using System.Globalization;
using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Wire.Mlflow.Errors;
using Weighhouse.Wire.Mlflow.Replies;
using Weighhouse.Wire.Mlflow.Routing;

namespace Weighhouse.Wire.Mlflow.Artifacts;

/// <summary>
/// A file's bytes, or a part of them, streamed. Its tag is the name of its content, so that an unchanged file is not sent twice.
/// </summary>
internal sealed class ArtifactReply(MlflowCall call, ArtifactEntry file) : MlflowReply
{
    /// <summary>The file at the path, or why there is none.</summary>
    public static async ValueTask<MlflowReply> OfAsync(MlflowCall call, Result<ArtifactPath> path)
    {
        if (!path.TryGet(out var known, out var error)) return error;
        var found = await call.Artifacts.FindAsync(call.Caller, known, call.Cancellation);
        return found.TryGet(out var file, out error) ? new ArtifactReply(call, file) : error;
    }

    public override async Task WriteAsync(HttpContext http)
    {
        var blob = file.Content!.Value;
        var response = http.Response;
        WriteHeaders(response);
        if (ContentPart.Begin(http, blob.Id.ToString(), blob.SizeBytes) is not { } part) return;
        response.ContentType = ContentTypes.Of(file.Path.Name);
        response.Headers.ContentDisposition = ContentTypes.Attachment(file.Path.Name);
        if (!HttpMethods.IsHead(http.Request.Method)) await SendAsync(http, part);
    }

    private async Task SendAsync(HttpContext http, ContentPart part)
    {
        var sent = await call.Artifacts.CopyToAsync(
            call.Caller, file, part.OffsetBytes, part.LengthBytes, http.Response.BodyWriter, http.RequestAborted);
        if (sent.Error is not { } error) return;
        if (!http.Response.HasStarted)
        {
            Restart(http);
            await MlflowErrors.WriteAsync(http, error);
            return;
        }

        WireLog.MlflowArtifactCutOff(call.Logger, error.Message, http.TraceIdentifier);
        http.Abort();
    }

    private void WriteHeaders(HttpResponse response)
    {
        var headers = response.Headers;
        headers.LastModified = DateTimeOffset.FromUnixTimeMilliseconds(file.ModifiedMs).ToString("R", CultureInfo.InvariantCulture);
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
    }
}
