using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Web.Forms;
using Weighhouse.Web.Shell;
using Weighhouse.Web.Words;

namespace Weighhouse.Web.Pages;

/// <summary>
/// A page: its component inside the shell, rendered to the end before the first byte is sent, so that a fault becomes an error page and not
/// half a page.
/// </summary>
/// <param name="head">Null for a piece that a script puts into a page it has.</param>
internal sealed class PageResult(Type component, PageHead? head, Dictionary<string, object?> parameters, int status) : IResult
{
    private const int TypicalPageChars = 64 * 1024;

    /// <summary>Scripts, styles and connections of our own only, none inline; nobody may frame us, and we frame only ourselves.</summary>
    private const string ContentPolicy =
        "default-src 'self'; img-src 'self' data: blob:; frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        + "frame-ancestors 'none'";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var html = await RenderAsync(httpContext.RequestServices, ContextOf(httpContext));
        WriteHeaders(httpContext.Response);
        var size = Encoding.UTF8.GetMaxByteCount(html.Length);
        var bytes = ArrayPool<byte>.Shared.Rent(size);
        var length = html.CopyUtf8To(bytes);
        httpContext.Response.ContentLength = length;
        await httpContext.Response.Body.WriteAsync(bytes.AsMemory(0, length), httpContext.RequestAborted);
        ArrayPool<byte>.Shared.Return(bytes);
    }

    private static PageContext ContextOf(HttpContext context)
    {
        var request = context.Request;
        return new PageContext(
            PageWords.Choose(request.Cookies[Cookies.Language], request.Headers.AcceptLanguage),
            Enum.TryParse<Theme>(request.Cookies[Cookies.Theme], ignoreCase: true, out var theme) ? theme : Theme.Auto,
            request.Cookies[Cookies.Navigation] is "collapsed",
            context.Caller(),
            FormToken.For(context),
            request.Path + request.QueryString.ToString(),
            $"{request.Scheme}://{request.Host}",
            context.TraceIdentifier,
            Cookies.TakeFlash(context));
    }

    private async Task<PageText> RenderAsync(IServiceProvider services, PageContext page)
    {
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync<Document>(ParameterView.FromDictionary(new Dictionary<string, object?>
            {
                [nameof(Document.Context)] = page,
                [nameof(Document.Head)] = head,
                [nameof(Document.Component)] = component,
                [nameof(Document.Parameters)] = parameters,
            }));
            var text = new PageText(TypicalPageChars);
            root.WriteHtmlTo(text);
            return text;
        });
    }

    private void WriteHeaders(HttpResponse response)
    {
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        var headers = response.Headers;
        headers.CacheControl = "private, no-cache";
        headers.Vary = "Cookie, Accept-Language";
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
    }

    /// <summary>A writer that lets its text be encoded without becoming one string first.</summary>
    private sealed class PageText(int capacity) : StringWriter(new StringBuilder(capacity), null)
    {
        public int Length => GetStringBuilder().Length;

        public int CopyUtf8To(Span<byte> target)
        {
            var encoder = Encoding.UTF8.GetEncoder();
            var written = 0;
            foreach (var chunk in GetStringBuilder().GetChunks()) written += encoder.GetBytes(chunk.Span, target[written..], flush: false);
            return written + encoder.GetBytes([], target[written..], flush: true);
        }
    }
}
