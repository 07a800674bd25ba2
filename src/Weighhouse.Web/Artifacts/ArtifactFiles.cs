using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Web.Files;
using Weighhouse.Web.Pages;

namespace Weighhouse.Web.Artifacts;

/// <summary>
/// A run's files themselves. Whatever they hold was written by a training script: they are downloaded, or shown where they can do nothing,
/// a picture as a picture and HTML in a frame without an origin, without a network.
/// </summary>
internal static class ArtifactFiles
{
    private const string NothingPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";
    private const string FramePolicy =
        "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
        + "img-src data: blob:; font-src data:; frame-ancestors 'self'";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapData("/runs/{id}/files/{**path}", Policy.View, ServeAsync);
        routes.MapData("/runs/{id}/tree/{**path}", Policy.View, OpenAsync);
    }

    private static async ValueTask<IResult> OpenAsync(PageCall call)
    {
        var read = await call.Get<IRuns>().GetAsync(call.Caller, new RunId(call.Route("id")), call.Cancellation);
        if (!read.TryGet(out var run, out var error)) return ApiProblem.From(error);
        var listed = await ArtifactBrowser.ReadAsync(call, run.Info, call.Route("path"));
        return listed.TryGet(out var directory, out error) ? PageCall.ShowPiece<ArtifactTree>(directory) : ApiProblem.From(error);
    }

    private static async ValueTask<IResult> ServeAsync(PageCall call)
    {
        var read = await call.Get<IRuns>().GetAsync(call.Caller, new RunId(call.Route("id")), call.Cancellation);
        if (!read.TryGet(out var run, out var error)) return ApiProblem.From(error);
        if (!ArtifactBrowser.RootOf(call, run.Info).TryGet(out var root, out error)) return ApiProblem.From(error);
        if (!root.Append(call.Route("path")).TryGet(out var path, out error)) return ApiProblem.From(error);
        var found = await call.Get<IArtifacts>().FindAsync(call.Caller, path, call.Cancellation);
        if (!found.TryGet(out var file, out error)) return ApiProblem.From(error);
        if (file.Content is not { } content) return ApiProblem.From(Error.Precondition($"'{path}' is a directory; name a file in it."));
        var opened = await call.Get<IArtifacts>().OpenAsync(call.Caller, file, call.Cancellation);
        if (!opened.TryGet(out var stream, out error)) return ApiProblem.From(error);
        var (type, policy) = TypeOf(call, path.Name);
        var headers = call.Http.Response.Headers;
        headers.ContentSecurityPolicy = policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "private, no-cache";
        var tag = new EntityTagHeaderValue($"\"{content.Id}\"");
        return Results.File(
            stream, type ?? "application/octet-stream", type is null ? path.Name : null,
            DateTimeOffset.FromUnixTimeMilliseconds(file.ModifiedMs), tag, enableRangeProcessing: true);
    }

    /// <summary>The media type to show it as, or null to download it.</summary>
    private static (string? Type, string Policy) TypeOf(PageCall call, string name)
    {
        if (call.Query("download") is not null) return (null, NothingPolicy);
        if (FileKinds.ImageType(name) is { } image) return (image, NothingPolicy);
        return call.Query("frame") is not null && FileKinds.Of(name) is FileKind.Html
            ? ("text/html; charset=utf-8", FramePolicy)
            : (null, NothingPolicy);
    }
}
