using Microsoft.AspNetCore.Http;
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
        var response = httpContext.Response;
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.XContentTypeOptions = "nosniff";
        if (ContentPart.Begin(httpContext, file.Id.ToString(), file.SizeBytes) is not { } part) return;
        response.ContentType = "application/octet-stream";
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(file.Name);
        response.Headers.ContentDisposition = disposition.ToString();
        if (HttpMethods.IsHead(httpContext.Request.Method) || part.LengthBytes == 0) return;
        await SendAsync(httpContext, part);
    }

    private async Task SendAsync(HttpContext context, ContentPart part)
    {
        try
        {
            if ((await copy(part.OffsetBytes, part.LengthBytes)).Error is not { } error) return;
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
}
