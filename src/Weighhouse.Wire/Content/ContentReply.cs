using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Weighhouse.Blobs;
using Weighhouse.Http;
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
        var response = http.Response;
        response.Headers.CacheControl = "private, no-cache";
        if (ContentPart.Begin(http, name, content.SizeBytes) is not { } part) return;
        response.ContentType = "application/octet-stream";
        if (!HttpMethods.IsHead(http.Request.Method) && part.LengthBytes > 0) await SendAsync(http, part.OffsetBytes, part.LengthBytes);
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
}
