using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Api;

namespace Weighhouse.Versioning.Catalogue;

/// <summary>The native API of the data catalogue.</summary>
internal static class CatalogueEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/catalogue", ListAsync).WithMetadata(Policy.View).WithTags("Catalogue")
            .WithSummary("Search the data catalogue of all repositories")
            .WithDescription(
                "Query: search, words that an entry has anywhere, at most 4; tag, owner, column, each exactly but for the case; freshness, "
                + "which is unstated, fresh, stale or gone; repository; order_by, which is name or changed (the last changed data first); "
                + "page_size, page_token.")
            .Produces<CataloguePage>();
        var one = routes.MapGroup("/api/v1/repositories/{name}/catalogue").WithTags("Catalogue");
        one.MapGet("", GetAsync).WithMetadata(Policy.View).WithSummary("Read an entry of the data catalogue")
            .WithDescription("Query: path, a file or a folder; absent for the whole repository.").Produces<CatalogueView>();
        one.MapPatch("", SetAsync).WithMetadata(Policy.Contribute).WithSummary("Change an entry of the data catalogue, or make one")
            .WithDescription("Query: path. What the body lacks stays as it is; an empty text or list takes away, and so does 0.")
            .Accepts<CatalogueRequest>("application/json").Produces<CatalogueView>();
        one.MapDelete("", RemoveAsync).WithMetadata(Policy.Contribute)
            .WithSummary("Take an entry out of the data catalogue; the data stays").WithDescription("Query: path.")
            .Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ListAsync(HttpContext context, ICatalogue catalogue)
    {
        var query = context.Request.Query;
        if (!query.Page(RepositoryEndpoints.PageSize, RepositoryEndpoints.PageSizeMax).TryGet(out var page, out var error))
            return ApiProblem.From(error);
        if (!FreshnessOf(query.Text("freshness")).TryGet(out var freshness, out error)) return ApiProblem.From(error);
        if (!OrderOf(query.Text("order_by")).TryGet(out var order, out error)) return ApiProblem.From(error);
        var asked = new CatalogueQuery(
            query.Text("search"), query.Text("tag"), query.Text("owner"), query.Text("column"), freshness, query.Text("repository"), order);
        var listed = await catalogue.ListAsync(context.Caller(), asked, page, context.RequestAborted);
        return ApiResult.Ok(
            listed.Map(static list => new CataloguePage([.. list.Items.Select(CatalogueView.Of)], list.NextToken)),
            CatalogueJson.Default.CataloguePage);
    }

    private static async Task<IResult> GetAsync(HttpContext context, ICatalogue catalogue, string name) =>
        PathOf(context).TryGet(out var path, out var error)
            ? View(await catalogue.GetAsync(context.Caller(), name, path, context.RequestAborted))
            : ApiProblem.From(error);

    private static async Task<IResult> SetAsync(HttpContext context, ICatalogue catalogue, string name)
    {
        if (!PathOf(context).TryGet(out var path, out var error)) return ApiProblem.From(error);
        var read = await JsonBody.ReadAsync(context, CatalogueJson.Default.CatalogueRequest);
        if (!read.TryGet(out var request, out error)) return ApiProblem.From(error);
        if (!request.ToChange().TryGet(out var change, out error)) return ApiProblem.From(error);
        return View(await catalogue.SetAsync(context.Caller(), name, path, change, context.RequestAborted));
    }

    private static async Task<IResult> RemoveAsync(HttpContext context, ICatalogue catalogue, string name) =>
        PathOf(context).TryGet(out var path, out var error)
            ? ApiResult.Empty(await catalogue.RemoveAsync(context.Caller(), name, path, context.RequestAborted))
            : ApiProblem.From(error);

    private static Result<TreePath> PathOf(HttpContext context) => TreePath.Parse(context.Request.Query.Text("path") ?? "");

    private static Result<Freshness?> FreshnessOf(string? word) => word switch
    {
        null or "" => (Freshness?)null,
        "unstated" => Freshness.Unstated,
        "fresh" => Freshness.Fresh,
        "stale" => Freshness.Stale,
        "gone" => Freshness.Gone,
        _ => Error.Invalid($"freshness is '{PlainText.Cut(word, 40)}'; it must be unstated, fresh, stale or gone.", "freshness"),
    };

    private static Result<CatalogueOrder> OrderOf(string? word) => word switch
    {
        null or "" or "name" => CatalogueOrder.Name,
        "changed" => CatalogueOrder.Changed,
        _ => Error.Invalid($"order_by is '{PlainText.Cut(word, 40)}'; it must be name or changed.", "order_by"),
    };

    private static IResult View(Result<CatalogueEntry> entry) =>
        ApiResult.Ok(entry.Map(CatalogueView.Of), CatalogueJson.Default.CatalogueView);
}
