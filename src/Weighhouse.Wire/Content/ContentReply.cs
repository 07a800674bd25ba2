using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Wire.Content;

/// <summary>
/// Content by the name another tool has for it, or one range of it. The name is its tag: what has it never changes. Always a download and
/// never a page.
/// </summary>
/// <param name="copy">Streams so many bytes from an offset.</param>
/// <param name="refuse">Words an error as the protocol does.</param>
internal sealed class ContentReply(
    string name, BlobInfo content, Func<long, long, ValueTask<Result<Done>>> copy, Func<HttpContext, Error, Task> refuse, ILogger logger)
{
    /// <summary>What is read for a client that only asked whether the content is there, before it has had time to go away.</summary>
    private const int FirstBytes = 64 << 10;

    /// <summary>
    /// Whether the headers go out before the content is looked for, as a client wants that only asks whether it is there. Damage then cuts
    /// the answer off where it could have been told.
    /// </summary>
    public bool HeadersFirst { get; init; }

    public async Task WriteAsync(HttpContext http)
    {
        var tag = new EntityTagHeaderValue($"\"{name}\"");
        var request = http.Request.GetTypedHeaders();
        var response = http.Response;
        response.Headers.ETag = tag.ToString();
        response.Headers.AcceptRanges = "bytes";
        response.Headers.CacheControl = "private, no-cache";
        if (request.IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false) || known.Equals(EntityTagHeaderValue.Any)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        if (Part(request, tag) is not { } part)
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            response.Headers.ContentRange = new ContentRangeHeaderValue(content.SizeBytes).ToString();
            return;
        }

        if (part.IsPartial)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange =
                new ContentRangeHeaderValue(part.Offset, part.Offset + part.Length - 1, content.SizeBytes).ToString();
        }

        response.ContentType = "application/octet-stream";
        response.ContentLength = part.Length;
        if (!HttpMethods.IsHead(http.Request.Method) && part.Length > 0) await SendAsync(http, part.Offset, part.Length);
    }

    private async Task SendAsync(HttpContext http, long offset, long length)
    {
        try
        {
            if ((await CopyAsync(http, offset, length)).Error is not { } error) return;
            if (!http.Response.HasStarted)
            {
                http.Response.Clear();
                await refuse(http, error);
                return;
            }

            CutOff(http, error.Message);
        }
        catch (CorruptBlobException damage)
        {
            // Left alone, a part of the content would end like the whole.
            CutOff(http, damage.Message);
        }
    }

    private async ValueTask<Result<Done>> CopyAsync(HttpContext http, long offset, long length)
    {
        if (!HeadersFirst) return await copy(offset, length);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        var first = Math.Min(FirstBytes, length);
        var begun = await copy(offset, first);
        return begun.IsFailure || first == length ? begun : await copy(offset + first, length - first);
    }

    private void CutOff(HttpContext http, string reason)
    {
        WireLog.ContentCutOff(logger, name, reason, http.TraceIdentifier);
        http.Abort();
    }

    /// <summary>What to send; null when the range asked for lies outside. Of several ranges none is honoured.</summary>
    private (long Offset, long Length, bool IsPartial)? Part(RequestHeaders request, EntityTagHeaderValue tag)
    {
        var size = content.SizeBytes;
        if (request.Range is not { Ranges.Count: 1 } range || !range.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase))
            return (0, size, false);
        if (request.IfRange is { } condition && condition.EntityTag?.Compare(tag, useStrongComparison: true) is not true)
            return (0, size, false);
        var asked = range.Ranges.Single();
        var from = asked.From ?? size - Math.Min(asked.To.GetValueOrDefault(), size);
        var to = asked.From is null ? size - 1 : Math.Min(asked.To ?? size - 1, size - 1);
        return from < size && from <= to ? (from, to - from + 1, true) : null;
    }
}
