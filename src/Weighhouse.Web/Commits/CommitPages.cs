using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using Weighhouse.Web.Changes;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Parts;
using Weighhouse.Web.Repositories;

namespace Weighhouse.Web.Commits;

/// <summary>The history of a repository with its graph, and one commit with what it changed.</summary>
internal static class CommitPages
{
    private const int PageSize = 50;

    /// <summary>Each costs one look-up by a key.</summary>
    private const int RepositoriesSearched = 500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage("/repositories/{name}/commits", Policy.View, ListAsync);
        routes.MapPage("/repositories/{name}/commits/{id}", Policy.View, ShowAsync);
        routes.MapPage("/commits/{id}", Policy.View, FindAsync);
    }

    private static async ValueTask<IResult> ListAsync(PageCall call)
    {
        if (!(await RepositoryReader.ReadAsync(call, RepositoryTab.Commits)).TryGet(out var model, out var error)) return call.Fail(error);
        if (model.Head is null) return call.Show<EmptyRepositoryPage>(RepositoryReader.HeadOf(call, model), model);
        var asked = new CommitFilter(call.Query("path") ?? "", call.Query("author") ?? "", call.Query("text") ?? "");
        if (!TreePath.Parse(asked.Path).TryGet(out var path, out error)) return call.Fail(error);
        var query = new LogQuery([model.Head.Id])
        {
            Path = path, Author = Some(asked.Author), Text = Some(asked.Text),
        };
        var listed = await call.Get<ICommits>().LogAsync(
            call.Caller, model.Facts.Name, query, new PageRequest(PageSize, call.Query("page")), call.Cancellation);
        if (!listed.TryGet(out var page, out error)) return call.Fail(error);
        // Between the commits of a filtered list others are missing: lines between them would tell of parents that are none.
        var lanes = new Lanes(call.Query("lanes"));
        var rows = page.Items.Select(commit => new CommitListRow(commit, asked.IsEmpty ? lanes.Add(commit) : null)).ToList();
        var shown = new CommitListModel(
            model, asked, rows, page.NextToken, asked.IsEmpty ? lanes.ToString() : null, call.Query("page") is not null);
        var head = RepositoryReader.HeadOf(
            call, model, $"{call.Words["repo.commits"]} · {model.Facts.Name}", new Crumb(call.Words["repo.commits"]));
        return call.Show<CommitListPage>(head, shown);
    }

    private static async ValueTask<IResult> ShowAsync(PageCall call)
    {
        if (!(await RepositoryReader.ReadAsync(call, RepositoryTab.Commits)).TryGet(out var model, out var error)) return call.Fail(error);
        var resolved = await call.Get<IRefs>().ResolveAsync(call.Caller, model.Facts.Name, call.Route("id"), call.Cancellation);
        if (!resolved.TryGet(out var id, out error)) return call.Fail(error);
        var found = await call.Get<ICommits>().GetAsync(call.Caller, model.Facts.Name, id, call.Cancellation);
        if (!found.TryGet(out var commit, out error)) return call.Fail(error);
        Digest? parent = commit.Commit.Parents.Count == 0 ? null : commit.Commit.Parents[0];
        var read = await ChangeReader.ReadAsync(call, model, new Sides(parent, id), model.CommitUrl(id));
        if (!read.TryGet(out var changes, out error)) return call.Fail(error);
        var shown = new CommitModel(model, commit, changes, await LineageModel.ReadAsync(call, $"commit:{id}"));
        var crumbs = new[] { new Crumb(call.Words["repo.commits"], model.CommitsUrl()), new Crumb(ShortId.Of(id)) };
        return call.Show<CommitPage>(RepositoryReader.HeadOf(call, model, $"{commit.Commit.Subject} · {model.Facts.Name}", crumbs), shown);
    }

    /// <summary>A node of the lineage names a commit and no repository: go to the first that has it.</summary>
    private static async ValueTask<IResult> FindAsync(PageCall call)
    {
        if (!Digest.TryParse(call.Route("id"), out var id)) return call.Fail(Error.Invalid("A commit's whole id is needed.", "id"));
        var listed = await call.Get<IRepositories>().ListAsync(
            call.Caller, new RepositoryQuery(Order: RepositoryOrder.Updated, WithGoverned: true),
            new PageRequest(RepositoriesSearched), call.Cancellation);
        if (!listed.TryGet(out var repositories, out var error)) return call.Fail(error);
        foreach (var repository in repositories.Items)
        {
            var found = await call.Get<ICommits>().GetAsync(call.Caller, repository.Name, id, call.Cancellation);
            if (!found.IsFailure) return Results.Redirect($"{Links.Repository(repository.Name)}/commits/{id}");
        }

        return call.Fail(Error.NotFound($"No repository that you may view has the commit {id}."));
    }

    private static string? Some(string text) => text.Length == 0 ? null : text;
}

public sealed record CommitFilter(string Path, string Author, string Text)
{
    public bool IsEmpty => Path.Length == 0 && Author.Length == 0 && Text.Length == 0;
}

/// <param name="Lanes">Null where commits between those listed are left out.</param>
public sealed record CommitListRow(NamedCommit Commit, LaneRow? Lanes);

/// <param name="OpenLanes">The lanes that go on on the next page.</param>
public sealed record CommitListModel(
    RepositoryModel Repository, CommitFilter Filter, IReadOnlyList<CommitListRow> Rows, string? NextToken, string? OpenLanes,
    bool IsLaterPage)
{
    public int LaneCount => Rows.Count == 0 ? 1 : Rows.Max(static row => row.Lanes is null ? 1 : LaneMarkup.LanesOf(row.Lanes));

    public string Url(string? page) => Links.WithQuery(
        $"{Repository.Url}/commits", ("at", Repository.At), ("path", Filter.Path), ("author", Filter.Author), ("text", Filter.Text),
        ("page", page), ("lanes", page is null ? null : OpenLanes));

    /// <summary>Branches and tags that stand at a commit, of those the switcher lists.</summary>
    public IEnumerable<Ref> RefsAt(Digest commit) =>
        Repository.Branches.Refs.Concat(Repository.Tags.Refs).Where(found => found.Commit == commit);
}

/// <param name="Lineage">Null when it could not be asked for.</param>
public sealed record CommitModel(RepositoryModel Repository, NamedCommit Commit, ChangeSet Changes, LineageModel? Lineage)
{
    public bool IsMerge => Commit.Commit.Parents.Count > 1;

    public string RevertUrl => $"{Repository.Url}/revert";
}
