using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Api;

/// <summary>The native API of folders and files.</summary>
internal static class FileEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/{name}/tree", ListAsync).WithMetadata(Policy.View).WithSummary("List a folder of a commit")
            .WithDescription("Query: revision (absent for the default branch), path, page_size, page_token.").Produces<TreePage>();
        api.MapMethods("/{name}/files/{**path}", ["GET", "HEAD"], GetAsync).WithMetadata(Policy.View).WithSummary("Download a file")
            .WithDescription(
                "Query: revision (absent for the default branch). Ranges, If-None-Match and If-Range are understood; the tag is the "
                + "content's id.")
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream");
    }

    /// <summary>Addresses that name a file and nothing else: to give to programs that download.</summary>
    public static void MapRaw(IEndpointRouteBuilder routes) =>
        routes.MapMethods("/repos/{repo}/raw/{revision}/{**path}", ["GET", "HEAD"], RawAsync).WithTags("Repositories")
            .WithMetadata(Policy.View).WithSummary("Download a file of a revision by a plain address")
            .WithDescription(
                "A '/' in a branch's name is written %2F. Ranges, If-None-Match and If-Range are understood; the tag is the content's id.")
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream");

    private static Task<IResult> RawAsync(
        HttpContext context, IRepositories repositories, IRefs refs, IFiles files, string repo, string revision, string path) =>
        ReplyAsync(context, repositories, refs, files, repo, path, revision.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase));

    private static async Task<IResult> ListAsync(HttpContext context, IRepositories repositories, IRefs refs, IFiles files, string name)
    {
        var query = context.Request.Query;
        if (!query.Page(RepositoryEndpoints.PageSize, RepositoryEndpoints.PageSizeMax).TryGet(out var page, out var error))
            return ApiProblem.From(error);
        if (!TreePath.Parse(query.Text("path") ?? "").TryGet(out var path, out error)) return ApiProblem.From(error);
        if (!(await new RevisionReader(context, repositories, refs, name).ReadAsync("revision")).TryGet(out var commit, out error))
            return ApiProblem.From(error);
        var listed = await files.ListAsync(context.Caller(), name, commit, path, page, context.RequestAborted);
        return ApiResult.Ok(
            listed.Map(list => new TreePage(
                commit.ToString(), path.Text, [.. list.Items.Select(static entry => EntryView.Of(entry))], list.NextToken)),
            VersioningJson.Default.TreePage);
    }

    private static Task<IResult> GetAsync(
        HttpContext context, IRepositories repositories, IRefs refs, IFiles files, string name, string path) =>
        ReplyAsync(context, repositories, refs, files, name, path, context.Request.Query.Text("revision"));

    private static async Task<IResult> ReplyAsync(
        HttpContext context, IRepositories repositories, IRefs refs, IFiles files, string name, string path, string? revision)
    {
        if (!TreePath.Parse(path).TryGet(out var place, out var error)) return ApiProblem.From(error);
        if (!(await new RevisionReader(context, repositories, refs, name).ResolveAsync(revision)).TryGet(out var commit, out error))
            return ApiProblem.From(error);
        var found = await files.FindAsync(context.Caller(), name, commit, place, context.RequestAborted);
        if (!found.TryGet(out var file, out error)) return ApiProblem.From(error);
        if (file.Kind == EntryKind.Folder) return ApiProblem.From(Error.Precondition($"'{place}' is a folder. List it with tree."));
        return new FileReply(file, (offset, length) => files.CopyToAsync(
            context.Caller(), name, file, offset, length, context.Response.BodyWriter, context.RequestAborted));
    }
}
