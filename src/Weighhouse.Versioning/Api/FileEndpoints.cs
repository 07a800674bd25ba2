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

    private static async Task<IResult> GetAsync(
        HttpContext context, IRepositories repositories, IRefs refs, IFiles files, string name, string path)
    {
        if (!TreePath.Parse(path).TryGet(out var place, out var error)) return ApiProblem.From(error);
        if (!(await new RevisionReader(context, repositories, refs, name).ReadAsync("revision")).TryGet(out var commit, out error))
            return ApiProblem.From(error);
        var found = await files.FindAsync(context.Caller(), name, commit, place, context.RequestAborted);
        if (!found.TryGet(out var file, out error)) return ApiProblem.From(error);
        if (file.Kind == EntryKind.Folder) return ApiProblem.From(Error.Precondition($"'{place}' is a folder. List it with tree."));
        return new FileReply(file, (offset, length) => files.CopyToAsync(
            context.Caller(), name, file, offset, length, context.Response.BodyWriter, context.RequestAborted));
    }
}
