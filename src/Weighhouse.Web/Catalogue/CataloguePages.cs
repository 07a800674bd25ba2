using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using Weighhouse.Web.Forms;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Parts;
using Weighhouse.Web.Repositories;

namespace Weighhouse.Web.Catalogue;

/// <summary>The data catalogue of all repositories, and the forms that change an entry.</summary>
internal static class CataloguePages
{
    private const int PageSize = 50;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage("/catalogue", Policy.View, ListAsync);
        routes.MapForm("/repositories/{name}/catalogue", Policy.Contribute, SetAsync);
        routes.MapForm("/repositories/{name}/catalogue/remove", Policy.Contribute, RemoveAsync);
    }

    /// <summary>
    /// The entry of a folder or file as of the last look, on pages of the default branch, which it speaks of; without an entry on others.
    /// </summary>
    public static async ValueTask<Result<CatalogueModel?>> OfAsync(PageCall call, RepositoryModel repository, TreePath path)
    {
        if (repository.At is not null) return (CatalogueModel?)null;
        var found = await call.Get<ICatalogue>().FindAsync(call.Caller, repository.Facts.Name, path, call.Cancellation);
        return found.Map<CatalogueModel?>(entry => new CatalogueModel(repository, path.Text, entry));
    }

    private static async ValueTask<IResult> ListAsync(PageCall call)
    {
        var query = new CatalogueQuery(
            call.Query("search"), call.Query("tag"), call.Query("owner"), call.Query("column"), FreshnessOf(call.Query("freshness")),
            call.Query("repository"), call.Query("sort") is "changed" ? CatalogueOrder.Changed : CatalogueOrder.Name);
        var listed = await call.Get<ICatalogue>().ListAsync(
            call.Caller, query, new PageRequest(PageSize, call.Query("page")), call.Cancellation);
        return listed.TryGet(out var page, out var error)
            ? call.Show<CatalogueListPage>(
                PageHead.Of(call.Words["catalogue"], Section.Data),
                new CatalogueListModel(page.Items, query, call.Query("page"), page.NextToken))
            : call.Fail(error);
    }

    private static async ValueTask<IResult> SetAsync(PageCall call)
    {
        var name = call.Route("name");
        if (!TreePath.Parse(call.Field("path")).TryGet(out var path, out var error)) return call.Fail(error);
        if (!FreshPeriod.Parse(call.Field("fresh")).TryGet(out var fresh, out error)) return call.Fail(error);
        var change = new CatalogueChange(
            call.Field("description"), call.Field("owner"), call.Field("source"), call.Field("licence"),
            call.Field("tags").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), fresh);
        var set = await call.Get<ICatalogue>().SetAsync(call.Caller, name, path, change, call.Cancellation);
        return set.IsFailure ? call.Fail(set.Error) : call.GoTo(PageOf(name, path), new Flash(FlashKind.Saved));
    }

    private static async ValueTask<IResult> RemoveAsync(PageCall call)
    {
        var name = call.Route("name");
        if (!TreePath.Parse(call.Field("path")).TryGet(out var path, out var error)) return call.Fail(error);
        var removed = await call.Get<ICatalogue>().RemoveAsync(call.Caller, name, path, call.Cancellation);
        return removed.IsFailure ? call.Fail(removed.Error) : call.GoTo(call.ReturnTo(PageOf(name, path)), new Flash(FlashKind.Removed));
    }

    private static string PageOf(string repository, TreePath path) => path.IsRoot
        ? Links.Repository(repository)
        : Links.Under($"{Links.Repository(repository)}/files", path.Text);

    private static Freshness? FreshnessOf(string? word) =>
        Enum.TryParse<Freshness>(word, ignoreCase: true, out var freshness) && Enum.IsDefined(freshness) ? freshness : null;
}

/// <summary>An entry on the page of its data.</summary>
/// <param name="Entry">Null where nobody has described it.</param>
public sealed record CatalogueModel(RepositoryModel Repository, string Path, CatalogueEntry? Entry);

public sealed record CatalogueListModel(IReadOnlyList<CatalogueEntry> Entries, CatalogueQuery Query, string? Page, string? NextToken)
{
    /// <summary>Whether anything is asked for: an empty list means another thing then.</summary>
    public bool IsFiltered => Query with { Order = CatalogueOrder.Name } != new CatalogueQuery();

    public static string? WordOf(CatalogueOrder order) => order is CatalogueOrder.Changed ? "changed" : null;

    public static string Url(CatalogueQuery query, string? page = null) => Links.WithQuery(
        "/catalogue", ("search", query.Text), ("column", query.Column), ("freshness", query.Freshness?.ToString().ToLowerInvariant()),
        ("tag", query.Tag), ("owner", query.Owner), ("repository", query.Repository), ("sort", WordOf(query.Order)), ("page", page));

    /// <summary>Where the data is shown; null when it is gone.</summary>
    public static string? UrlOf(CatalogueEntry entry)
    {
        if (entry.Freshness is Freshness.Gone) return null;
        return entry.Path.Length == 0
            ? Links.Repository(entry.Repository)
            : Links.Under($"{Links.Repository(entry.Repository)}/files", entry.Path);
    }
}
