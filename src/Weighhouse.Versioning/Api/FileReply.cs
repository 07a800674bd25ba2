using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;
using Weighhouse.Blobs;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Api;

/// <summary>
/// A file's bytes or a part of them. Its tag is the name of its content, so an unchanged file is not sent twice. Always a download and
/// never a page: what somebody committed must not run in the pages of this server.
/// </summary>
internal sealed class FileReply(TreeEntry file, Func<long, long, ValueTask<Result<Done>>> copy) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var tag = new EntityTagHeaderValue($"\"{file.Id}\"");
        var request = httpContext.Request.GetTypedHeaders();
        var response = httpContext.Response;
        response.Headers.ETag = tag.ToString();
        response.Headers.AcceptRanges = "bytes";
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.XContentTypeOptions = "nosniff";
        if (request.IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false) || known.Equals(EntityTagHeaderValue.Any)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        if (Part(request, tag) is not { } part)
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            response.Headers.ContentRange = new ContentRangeHeaderValue(file.SizeBytes).ToString();
            return;
        }

        if (part.IsPartial)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange =
                new ContentRangeHeaderValue(part.Offset, part.Offset + part.Length - 1, file.SizeBytes).ToString();
        }

        response.ContentType = "application/octet-stream";
        response.ContentLength = part.Length;
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(file.Name);
        response.Headers.ContentDisposition = disposition.ToString();
        if (HttpMethods.IsHead(httpContext.Request.Method) || part.Length == 0) return;
        await SendAsync(httpContext, part);
    }

    private async Task SendAsync(HttpContext context, (long Offset, long Length, bool IsPartial) part)
    {
        try
        {
            if ((await copy(part.Offset, part.Length)).Error is not { } error) return;
            // Nothing has been sent: the answer can still be the problem.
            context.Response.Clear();
            await ApiProblem.WriteAsync(context, error);
        }
        catch (CorruptBlobException)
        {
            // Left alone, a part of the file would end like the whole.
            context.Abort();
        }
    }

    /// <summary>
    /// What to send; null when the range asked for lies outside. Of several ranges none is honoured, as the standard allows.
    /// </summary>
    private (long Offset, long Length, bool IsPartial)? Part(RequestHeaders request, EntityTagHeaderValue tag)
    {
        var whole = (0L, file.SizeBytes, false);
        if (request.Range is not { Ranges.Count: 1 } range || !range.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase)) return whole;
        if (request.IfRange is { } condition && !(condition.EntityTag?.Compare(tag, useStrongComparison: true) ?? false)) return whole;
        var asked = range.Ranges.Single();
        if (asked.From is not { } from)
        {
            var length = Math.Min(asked.To ?? 0, file.SizeBytes);
            return length == 0 ? null : (file.SizeBytes - length, length, true);
        }

        if (from >= file.SizeBytes) return null;
        return (from, Math.Min(asked.To ?? long.MaxValue, file.SizeBytes - 1) - from + 1, true);
    }
}
