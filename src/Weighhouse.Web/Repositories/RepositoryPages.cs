using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using Weighhouse.Web.Changes;
using Weighhouse.Web.Commits;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Refs;

namespace Weighhouse.Web.Repositories;

/// <summary>The list of repositories, and what maps the pages of one.</summary>
internal static class RepositoryPages
{
    private const int PageSize = 50;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage("/repositories", Policy.View, ListAsync);
        FilePages.Map(routes);
        CommitPages.Map(routes);
        ComparePages.Map(routes);
        RefPages.Map(routes);
        RepositoryForms.Map(routes);
    }

    private static async ValueTask<IResult> ListAsync(PageCall call)
    {
        var model = new RepositoryListModel(
            [], call.Query("search") ?? "", OrderOf(call.Query("sort")), call.Query("view") is "deleted", call.Query("page"), null,
            call.Caller.Can(Permission.Contribute, Scope.OfProject(Scope.DefaultProject)));
        var read = model.IsDeletedView ? await DeletedAsync(call, model) : await ActiveAsync(call, model);
        return read.TryGet(out var filled, out var error)
            ? call.Show<RepositoryListPage>(PageHead.Of(call.Words["nav.data"], Section.Data), filled)
            : call.Fail(error);
    }

    private static async ValueTask<Result<RepositoryListModel>> ActiveAsync(PageCall call, RepositoryListModel model)
    {
        var listed = await call.Get<IRepositories>().ListAsync(
            call.Caller, new RepositoryQuery(model.Search, model.Order), new PageRequest(PageSize, model.Page), call.Cancellation);
        if (!listed.TryGet(out var page, out var error)) return error;
        var rows = new List<RepositoryRow>(page.Items.Count);
        foreach (var repository in page.Items) rows.Add(new RepositoryRow(repository, await HeadAsync(call, repository)));
        return model with { Rows = rows, NextToken = page.NextToken };
    }

    /// <summary>All that can be restored: the list is a page at most, so it is searched here.</summary>
    private static async ValueTask<Result<RepositoryListModel>> DeletedAsync(PageCall call, RepositoryListModel model)
    {
        var listed = await call.Get<IRepositories>().ListDeletedAsync(call.Caller, call.Cancellation);
        return listed.Map(all => model with
        {
            Rows =
            [
                .. all.Where(found => found.Name.Contains(model.Search, StringComparison.OrdinalIgnoreCase))
                    .Select(static found => new RepositoryRow(found, null)),
            ],
        });
    }

    /// <summary>The last commit of the default branch; null before the first.</summary>
    private static async ValueTask<NamedCommit?> HeadAsync(PageCall call, Repository repository)
    {
        var head = await call.Get<IRefs>().GetAsync(
            call.Caller, repository.Name, Ref.Heads + repository.DefaultBranch, call.Cancellation);
        if (head.IsFailure) return null;
        var found = await call.Get<ICommits>().GetAsync(call.Caller, repository.Name, head.Value.Commit, call.Cancellation);
        return found.IsFailure ? null : found.Value;
    }

    private static RepositoryOrder OrderOf(string? word) => word switch
    {
        "name" => RepositoryOrder.Name,
        "added" => RepositoryOrder.Added,
        _ => RepositoryOrder.Updated,
    };
}

/// <param name="Head">Null before the first commit, and for a repository that is deleted.</param>
public sealed record RepositoryRow(Repository Facts, NamedCommit? Head);

public sealed record RepositoryListModel(
    IReadOnlyList<RepositoryRow> Rows, string Search, RepositoryOrder Order, bool IsDeletedView, string? Page, string? NextToken,
    bool MayCreate)
{
    public string Url(RepositoryOrder order, string? page) => Parts.Links.WithQuery(
        "/repositories", ("search", Search), ("sort", WordOf(order)), ("view", IsDeletedView ? "deleted" : null), ("page", page));

    /// <summary>The last changed come first unless the address says otherwise.</summary>
    public static string? WordOf(RepositoryOrder order) =>
        order is RepositoryOrder.Updated ? null : order.ToString().ToLowerInvariant();
}
