using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Blobs;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Api;

/// <summary>The native API of repositories themselves.</summary>
internal static class RepositoryEndpoints
{
    public const int PageSize = 100;
    public const int PageSizeMax = 1_000;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("", ListAsync).WithMetadata(Policy.View).WithSummary("List repositories")
            .WithDescription(
                "Query: search, a part of the name or the description; order_by, which is name, updated (the last changed first) or added "
                + "(what added most to the store first); governed=true for those of registered models too; deleted=true for those that can "
                + "be restored; page_size, page_token.")
            .Produces<RepositoryPage>();
        api.MapPost("", CreateAsync).WithMetadata(Policy.Contribute).WithSummary("Create a repository")
            .Accepts<CreateRepositoryRequest>("application/json").Produces<RepositoryView>(StatusCodes.Status201Created);
        api.MapGet("/{name}", GetAsync).WithMetadata(Policy.View).WithSummary("Read a repository").Produces<RepositoryView>();
        api.MapPatch("/{name}", ChangeAsync).WithMetadata(Policy.Contribute)
            .WithSummary("Change a repository's name, description, default branch or quota")
            .Accepts<ChangeRepositoryRequest>("application/json").Produces<RepositoryView>();
        api.MapDelete("/{name}", DeleteAsync).WithMetadata(Policy.Administer).WithSummary("Delete a repository; restore brings it back")
            .Produces(StatusCodes.Status204NoContent);
        api.MapPost("/{name}/restore", RestoreAsync).WithMetadata(Policy.Administer).WithSummary("Restore a deleted repository")
            .Produces<RepositoryView>();
        api.MapPost("/{name}/check", CheckAsync).WithMetadata(Policy.Administer)
            .WithSummary("Follow every ref and name what is damaged, by path")
            .WithDescription("Query: data=true also reads and re-hashes every object of the store; administrators of the server only.")
            .Produces<CheckView>();
    }

    private static async Task<IResult> ListAsync(HttpContext context, IRepositories repositories)
    {
        var query = context.Request.Query;
        if (query.Text("deleted") == "true")
        {
            var deleted = await repositories.ListDeletedAsync(context.Caller(), context.RequestAborted);
            return ApiResult.Ok(
                deleted.Map(static list => new RepositoryPage([.. list.Select(RepositoryView.Of)], null)),
                VersioningJson.Default.RepositoryPage);
        }

        if (!query.Page(PageSize, PageSizeMax).TryGet(out var page, out var error)) return ApiProblem.From(error);
        if (!OrderOf(query.Text("order_by")).TryGet(out var order, out error)) return ApiProblem.From(error);
        var asked = new RepositoryQuery(query.Text("search"), order, query.Text("governed") == "true");
        var listed = await repositories.ListAsync(context.Caller(), asked, page, context.RequestAborted);
        return ApiResult.Ok(
            listed.Map(static list => new RepositoryPage([.. list.Items.Select(RepositoryView.Of)], list.NextToken)),
            VersioningJson.Default.RepositoryPage);
    }

    private static async Task<IResult> CreateAsync(HttpContext context, IRepositories repositories)
    {
        var read = await JsonBody.ReadAsync(context, VersioningJson.Default.CreateRepositoryRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        var repository = new NewRepository(
            request.Name ?? "", request.Description, request.Project, request.DefaultBranch ?? "main", request.QuotaBytes);
        var created = await repositories.CreateAsync(context.Caller(), repository, context.RequestAborted);
        return ApiResult.Created(
            created.Map(RepositoryView.Of), VersioningJson.Default.RepositoryView, static view => "/api/v1/repositories/" + view.Name);
    }

    private static async Task<IResult> GetAsync(HttpContext context, IRepositories repositories, string name) => View(
        await repositories.GetAsync(context.Caller(), name, context.RequestAborted));

    private static async Task<IResult> ChangeAsync(HttpContext context, IRepositories repositories, string name)
    {
        var read = await JsonBody.ReadAsync(context, VersioningJson.Default.ChangeRepositoryRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        var change = new RepositoryChange(request.Description, request.DefaultBranch, request.QuotaBytes, request.Name);
        return View(await repositories.ChangeAsync(context.Caller(), name, change, context.RequestAborted));
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, IRepositories repositories, string name) =>
        ApiResult.Empty(await repositories.DeleteAsync(context.Caller(), name, context.RequestAborted));

    private static async Task<IResult> RestoreAsync(HttpContext context, IRepositories repositories, string name) => View(
        await repositories.RestoreAsync(context.Caller(), name, context.RequestAborted));

    private static async Task<IResult> CheckAsync(HttpContext context, IGraphCheck check, IObjectStore store, string name)
    {
        HashSet<Digest>? suspects = null;
        if (context.Request.Query.Text("data") == "true")
        {
            if (context.Caller().Refuse(Permission.Administer, Scope.Server) is { } denied) return ApiProblem.From(denied);
            var found = await store.Care.CheckAsync(CheckDepth.Data, context.RequestAborted);
            suspects = [.. found.Damages.Select(static damage => damage.Id).OfType<Digest>()];
        }

        var report = await check.CheckAsync(context.Caller(), name, suspects, context.RequestAborted);
        return ApiResult.Ok(report.Map(CheckView.Of), VersioningJson.Default.CheckView);
    }

    private static Result<RepositoryOrder> OrderOf(string? word) => word switch
    {
        null or "" or "name" => RepositoryOrder.Name,
        "updated" => RepositoryOrder.Updated,
        "added" => RepositoryOrder.Added,
        _ => Error.Invalid($"order_by is '{PlainText.Cut(word, 40)}'; it must be name, updated or added.", "order_by"),
    };

    private static IResult View(Result<Repository> repository) =>
        ApiResult.Ok(repository.Map(RepositoryView.Of), VersioningJson.Default.RepositoryView);
}
