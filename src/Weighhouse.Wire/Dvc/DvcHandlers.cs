using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Wire.Content;

namespace Weighhouse.Wire.Dvc;

/// <summary>
/// DVC's client asks whether content is there by a GET that it breaks off after the headers, uploads by POST or PUT in chunks of unknown
/// total, and never lists or deletes.
/// </summary>
internal static class DvcHandlers
{
    public static async Task GetAsync(HttpContext http, DvcBackend backend)
    {
        var (caller, repository) = (http.Caller(), RepositoryOf(http));
        if (!DvcPath.Parse(PathOf(http)).TryGet(out var alias, out var error))
        {
            await DvcErrors.WriteAsync(http, error);
            return;
        }

        var found = await backend.Aliases.FindAsync(caller, repository, alias, http.RequestAborted);
        if (!found.TryGet(out var content, out error))
        {
            await DvcErrors.WriteAsync(http, error);
            return;
        }

        var reply = new ContentReply(
            alias.Digest, content,
            (offset, length) => backend.Aliases.CopyToAsync(
                caller, repository, content, offset, length, http.Response.BodyWriter, http.RequestAborted),
            DvcErrors.WriteAsync, backend.Logger) { HeadersFirst = true };
        await reply.WriteAsync(http);
    }

    public static async Task TakeAsync(HttpContext http, DvcBackend backend)
    {
        var repository = RepositoryOf(http);
        if (!DvcPath.Parse(PathOf(http)).TryGet(out var alias, out var error))
        {
            await DvcErrors.WriteAsync(http, error);
            return;
        }

        var added = await backend.Aliases.AddAsync(
            http.Caller(), repository, alias, http.Request.ContentLength, http.Request.BodyReader, http.RequestAborted);
        if (added.Error is { } refusal) await DvcErrors.WriteAsync(http, RepositoryCure.AddTo(refusal, repository));
        else http.Response.StatusCode = StatusCodes.Status201Created;
    }

    private static string RepositoryOf(HttpContext http) => http.Request.RouteValues["repo"] as string ?? "";

    private static string PathOf(HttpContext http) => http.Request.RouteValues["path"] as string ?? "";
}
