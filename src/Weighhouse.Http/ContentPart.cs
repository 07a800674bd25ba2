using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace Weighhouse.Http;

/// <summary>
/// What of a file a request asks for: all of it, one range of it, or nothing because the client has it already. Of several ranges none is
/// honoured, as the standard allows.
/// </summary>
public readonly record struct ContentPart(long OffsetBytes, long LengthBytes)
{
    /// <summary>
    /// Writes the status and the headers that say which part it is, but for its type. Null when they are the whole answer: the client's
    /// copy is the same (304), or the range lies outside (416).
    /// </summary>
    /// <param name="name">Of the content: another content has another.</param>
    public static ContentPart? Begin(HttpContext http, string name, long sizeBytes)
    {
        var tag = new EntityTagHeaderValue($"\"{name}\"");
        var request = http.Request.GetTypedHeaders();
        var response = http.Response;
        response.Headers.ETag = tag.ToString();
        response.Headers.AcceptRanges = "bytes";
        if (request.IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false) || known.Equals(EntityTagHeaderValue.Any)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return null;
        }

        var part = new ContentPart(0, sizeBytes);
        if (RangeAsked(request, tag) is { } range)
        {
            if (Resolve(range, sizeBytes) is not { } resolved)
            {
                response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
                response.Headers.ContentRange = new ContentRangeHeaderValue(sizeBytes).ToString();
                return null;
            }

            part = resolved;
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange =
                new ContentRangeHeaderValue(part.OffsetBytes, part.OffsetBytes + part.LengthBytes - 1, sizeBytes).ToString();
        }

        response.ContentLength = part.LengthBytes;
        return part;
    }

    /// <summary>The one range asked for. Several at once, other units, and a file that has changed since get the whole.</summary>
    private static RangeItemHeaderValue? RangeAsked(RequestHeaders request, EntityTagHeaderValue tag)
    {
        if (request.Range is not { Ranges.Count: 1 } range || !range.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase)) return null;
        if (request.IfRange is { } condition && condition.EntityTag?.Compare(tag, useStrongComparison: true) is not true) return null;
        return range.Ranges.First();
    }

    private static ContentPart? Resolve(RangeItemHeaderValue range, long size)
    {
        var from = range.From ?? Math.Max(0, size - range.To.GetValueOrDefault());
        var to = range.From is null ? size - 1 : Math.Min(range.To ?? size - 1, size - 1);
        return from < size && from <= to ? new ContentPart(from, to - from + 1) : null;
    }
}
