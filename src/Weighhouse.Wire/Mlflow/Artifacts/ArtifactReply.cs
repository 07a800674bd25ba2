using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
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
        var tag = new EntityTagHeaderValue($"\"{blob.Id}\"");
        var request = http.Request.GetTypedHeaders();
        var response = http.Response;
        WriteHeaders(response, tag);
        if (request.IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false) || known.Equals(EntityTagHeaderValue.Any)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var (offset, length) = (0L, blob.SizeBytes);
        if (RangeAsked(request, tag) is { } range)
        {
            if (Resolve(range, blob.SizeBytes) is not { } part)
            {
                response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
                response.Headers.ContentRange = new ContentRangeHeaderValue(blob.SizeBytes).ToString();
                return;
            }

            (offset, length) = part;
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = new ContentRangeHeaderValue(offset, offset + length - 1, blob.SizeBytes).ToString();
        }

        response.ContentType = ContentTypes.Of(file.Path.Name);
        response.Headers.ContentDisposition = ContentTypes.Attachment(file.Path.Name);
        response.ContentLength = length;
        if (!HttpMethods.IsHead(http.Request.Method)) await SendAsync(http, offset, length);
    }

    private async Task SendAsync(HttpContext http, long offset, long length)
    {
        var sent = await call.Artifacts.CopyToAsync(
            call.Caller, file, offset, length, http.Response.BodyWriter, http.RequestAborted);
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

    private void WriteHeaders(HttpResponse response, EntityTagHeaderValue tag)
    {
        var headers = response.Headers;
        headers.ETag = tag.ToString();
        headers.LastModified = DateTimeOffset.FromUnixTimeMilliseconds(file.ModifiedMs).ToString("R", CultureInfo.InvariantCulture);
        headers.AcceptRanges = "bytes";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
    }

    /// <summary>The one range asked for. Several at once, other units, and a file that has changed since get the whole.</summary>
    private static RangeItemHeaderValue? RangeAsked(Microsoft.AspNetCore.Http.Headers.RequestHeaders request, EntityTagHeaderValue tag)
    {
        if (request.Range is not { Ranges.Count: 1 } range || !range.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase)) return null;
        if (request.IfRange is { } condition && condition.EntityTag?.Compare(tag, useStrongComparison: true) is not true) return null;
        return range.Ranges.First();
    }

    private static (long Offset, long Length)? Resolve(RangeItemHeaderValue range, long size)
    {
        var from = range.From ?? Math.Max(0, size - range.To.GetValueOrDefault());
        var to = range.From is null ? size - 1 : Math.Min(range.To ?? size - 1, size - 1);
        return from < size && from <= to ? (from, to - from + 1) : null;
    }
}
