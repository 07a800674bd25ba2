using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;
using Weighhouse.Kernel;

namespace Weighhouse.Web.Assets;

/// <summary>The front end's files. A name carries its content's hash, so what it names never changes and is kept for ever.</summary>
internal static class AssetEndpoints
{
    private const string KeepForever = "public, max-age=31536000, immutable";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(AssetCatalog.Folder + "{file}", (RequestDelegate)ServeAsync).WithMetadata(Policy.Anyone).ExcludeFromDescription();
        routes.MapGet("/favicon.ico", (RequestDelegate)RedirectToIcon).WithMetadata(Policy.Anyone).ExcludeFromDescription();
    }

    private static Task ServeAsync(HttpContext context)
    {
        if (AssetCatalog.Instance.Find((string)context.GetRouteValue("file")!) is not { } asset)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        var (bytes, encoding) = Choose(asset, context.Request.Headers.AcceptEncoding);
        var headers = context.Response.Headers;
        headers.CacheControl = KeepForever;
        headers.Vary = "Accept-Encoding";
        headers.XContentTypeOptions = "nosniff";
        if (encoding is not null) headers.ContentEncoding = encoding;
        context.Response.ContentType = asset.ContentType;
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    private static (byte[] Bytes, string? Encoding) Choose(Asset asset, StringValues accepted)
    {
        var text = accepted.ToString();
        if (text.Contains("br", StringComparison.Ordinal)) return (asset.Brotli, "br");
        return text.Contains("gzip", StringComparison.Ordinal) ? (asset.Gzip, "gzip") : (asset.Plain, null);
    }

    private static Task RedirectToIcon(HttpContext context)
    {
        context.Response.Redirect(AssetCatalog.Instance.Url("favicon.svg"));
        return Task.CompletedTask;
    }
}
