using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Api;

namespace Weighhouse.Versioning.Content;

/// <summary>The native API of what files hold.</summary>
internal static class ContentEndpoints
{
    private const int ColumnsMax = 100;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/{name}/diff/content", DiffAsync).WithMetadata(Policy.View)
            .WithSummary("What two versions of a file differ in: tensors, rows and columns, lines, size of an image")
            .WithDescription(
                "Query: path, from (absent for the first parent of to), to, old_path (of a renamed file), statistics=true (how far tensors "
                + "moved), key (columns that name a row, repeatable; absent to look for one), limit (of changes told).")
            .Produces<ContentDiff>();
        api.MapGet("/{name}/content", DescribeAsync).WithMetadata(Policy.View)
            .WithSummary("What a file holds: columns, tensors, size of an image")
            .WithDescription("Query: path, revision (absent for the default branch), statistics=true (read it to its end).")
            .Produces<ContentSummary>();
    }

    private static async Task<IResult> DiffAsync(
        HttpContext context, IRepositories repositories, IRefs refs, ICommits commits, IContents contents, VersioningOptions options,
        string name)
    {
        var (caller, cancellation, query) = (context.Caller(), context.RequestAborted, context.Request.Query);
        if (!query.Int("limit", 100, 0, options.DetailsMax).TryGet(out var limit, out var error)) return ApiProblem.From(error);
        if (!TreePath.Parse(query.Text("path") ?? "").TryGet(out var path, out error)) return ApiProblem.From(error);
        if (!TreePath.Parse(query.Text("old_path") ?? path.Text).TryGet(out var oldPath, out error)) return ApiProblem.From(error);
        var sides = await new RevisionReader(context, repositories, refs, name).ReadPairAsync(commits);
        if (!sides.TryGet(out var pair, out error)) return ApiProblem.From(error);
        string[] key = [.. query["key"].OfType<string>().Take(ColumnsMax)];
        var asked = new ContentDiffQuery(path, oldPath)
        {
            Depth = new ContentDiffDepth(query.Text("statistics") == "true", key.Length > 0 ? key : null, limit),
        };
        var diff = await contents.DiffAsync(caller, name, pair.From, pair.To, asked, cancellation);
        return ApiResult.Ok(diff, ContentJson.Default.ContentDiff);
    }

    private static async Task<IResult> DescribeAsync(
        HttpContext context, IRepositories repositories, IRefs refs, IContents contents, string name)
    {
        var query = context.Request.Query;
        if (!TreePath.Parse(query.Text("path") ?? "").TryGet(out var path, out var error)) return ApiProblem.From(error);
        if (!(await new RevisionReader(context, repositories, refs, name).ReadAsync("revision")).TryGet(out var commit, out error))
            return ApiProblem.From(error);
        var summary = await contents.DescribeAsync(
            context.Caller(), name, commit, path, query.Text("statistics") == "true", context.RequestAborted);
        return ApiResult.Ok(summary, ContentJson.Default.ContentSummary);
    }
}
