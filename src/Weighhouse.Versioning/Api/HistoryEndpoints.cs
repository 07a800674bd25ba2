using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Api;

/// <summary>The native API of commits: the log, comparisons, bisection.</summary>
internal static class HistoryEndpoints
{
    private const int GoodMax = 100;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/{name}/commits", LogAsync).WithMetadata(Policy.View).WithSummary("List a history, newest first")
            .WithDescription(
                "Query: revision (a branch, a tag, an id; absent for the default branch), without (leave out its history), path, author "
                + "and search (parts of the author and of the message), first_parent=true, page_size, page_token.")
            .Produces<CommitPage>();
        api.MapGet("/{name}/commits/{**revision}", GetAsync).WithMetadata(Policy.View).WithSummary("Read a commit").Produces<CommitRow>();
        api.MapGet("/{name}/compare", CompareAsync).WithMetadata(Policy.View)
            .WithSummary("How far two histories are apart, and where they parted").WithDescription("Query: from, to.")
            .Produces<ComparisonView>();
        api.MapGet("/{name}/bisect", BisectAsync).WithMetadata(Policy.View).WithSummary("The next commit to try for the first bad one")
            .WithDescription("Query: bad, good (repeatable).").Produces<BisectView>();
        api.MapGet("/{name}/diff", DiffAsync).WithMetadata(Policy.View).WithSummary("What two commits differ in, by path")
            .WithDescription("Query: from (absent for the first parent of to), to, path, renames=false, limit.").Produces<DiffView>();
    }

    private static async Task<IResult> LogAsync(HttpContext context, IRepositories repositories, IRefs refs, ICommits commits, string name)
    {
        var query = context.Request.Query;
        var asked = new RevisionReader(context, repositories, refs, name);
        if (!query.Page(50, RepositoryEndpoints.PageSizeMax).TryGet(out var page, out var error)) return ApiProblem.From(error);
        if (!TreePath.Parse(query.Text("path") ?? "").TryGet(out var path, out error)) return ApiProblem.From(error);
        if (!(await asked.ReadAsync("revision")).TryGet(out var head, out error)) return ApiProblem.From(error);
        Digest[] without = [];
        if (query.Text("without") is not null)
        {
            if (!(await asked.ReadAsync("without")).TryGet(out var other, out error)) return ApiProblem.From(error);
            without = [other];
        }

        var log = new LogQuery([head], without)
        {
            Path = path,
            FirstParentOnly = query.Text("first_parent") == "true",
            Author = Some(query.Text("author")),
            Text = Some(query.Text("search")),
        };
        var listed = await commits.LogAsync(context.Caller(), name, log, page, context.RequestAborted);
        return ApiResult.Ok(
            listed.Map(static list => new CommitPage([.. list.Items.Select(CommitRow.Of)], list.NextToken)),
            VersioningJson.Default.CommitPage);
    }

    private static string? Some(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static async Task<IResult> GetAsync(HttpContext context, IRefs refs, ICommits commits, string name, string revision)
    {
        var resolved = await refs.ResolveAsync(context.Caller(), name, revision, context.RequestAborted);
        if (!resolved.TryGet(out var id, out var error)) return ApiProblem.From(error);
        var found = await commits.GetAsync(context.Caller(), name, id, context.RequestAborted);
        return ApiResult.Ok(found.Map(CommitRow.Of), VersioningJson.Default.CommitRow);
    }

    private static async Task<IResult> CompareAsync(
        HttpContext context, IRepositories repositories, IRefs refs, ICommits commits, string name)
    {
        var (caller, cancellation) = (context.Caller(), context.RequestAborted);
        var asked = new RevisionReader(context, repositories, refs, name);
        if (!(await asked.ReadAsync("from")).TryGet(out var from, out var error)) return ApiProblem.From(error);
        if (!(await asked.ReadAsync("to")).TryGet(out var to, out error)) return ApiProblem.From(error);
        if (!(await commits.DistanceAsync(caller, name, to, from, cancellation)).TryGet(out var distance, out error))
            return ApiProblem.From(error);
        var bases = await commits.MergeBasesAsync(caller, name, from, to, cancellation);
        return ApiResult.Ok(
            bases.Map(list => new ComparisonView(distance.Ahead, distance.Behind, [.. list.Select(static id => id.ToString())])),
            VersioningJson.Default.ComparisonView);
    }

    private static async Task<IResult> BisectAsync(
        HttpContext context, IRepositories repositories, IRefs refs, ICommits commits, string name)
    {
        var (caller, cancellation) = (context.Caller(), context.RequestAborted);
        if (!(await new RevisionReader(context, repositories, refs, name).ReadAsync("bad")).TryGet(out var bad, out var error))
            return ApiProblem.From(error);
        var good = new List<Digest>();
        foreach (var revision in context.Request.Query["good"].OfType<string>().Take(GoodMax))
        {
            if (!(await refs.ResolveAsync(caller, name, revision, cancellation)).TryGet(out var id, out error))
                return ApiProblem.From(error);
            good.Add(id);
        }

        var step = await commits.BisectAsync(caller, name, bad, good, cancellation);
        return ApiResult.Ok(step.Map(static next => new BisectView(next.Next.ToString(), next.Left)), VersioningJson.Default.BisectView);
    }

    private static async Task<IResult> DiffAsync(
        HttpContext context, IRepositories repositories, IRefs refs, ICommits commits, IMerges merges, string name)
    {
        var (caller, cancellation, query) = (context.Caller(), context.RequestAborted, context.Request.Query);
        var asked = new RevisionReader(context, repositories, refs, name);
        if (!query.Int("limit", 1_000, 1, 10_000).TryGet(out var limit, out var error)) return ApiProblem.From(error);
        if (!TreePath.Parse(query.Text("path") ?? "").TryGet(out var path, out error)) return ApiProblem.From(error);
        if (!(await asked.ReadPairAsync(commits)).TryGet(out var pair, out error)) return ApiProblem.From(error);
        var (from, to) = pair;
        var diff = await merges.DiffAsync(
            caller, name, from, to, new DiffQuery(path, query.Text("renames") != "false", limit), cancellation);
        return ApiResult.Ok(
            diff.Map(found => new DiffView(
                from?.ToString() ?? "", to.ToString(), [.. found.Changes.Select(ChangeView.Of)], found.IsCut)),
            VersioningJson.Default.DiffView);
    }
}
