using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Registry.Api;

/// <summary>The native API of registered models themselves.</summary>
internal static class ModelEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("", ListAsync).WithMetadata(Policy.View).WithSummary("Search registered models")
            .WithDescription("Query: filter, order_by (repeatable), page_size, page_token.").Produces<RegisteredModelPage>();
        api.MapPost("", CreateAsync).WithMetadata(Policy.Contribute)
            .WithSummary("Register a model: a name for versions, and its repository")
            .Accepts<CreateRegisteredModelRequest>("application/json").Produces<RegisteredModelView>(StatusCodes.Status201Created);
        api.MapGet("/{name}", GetAsync).WithMetadata(Policy.View).WithSummary("Read a model, or what it was at an instant")
            .WithDescription(
                "Query: at, a time such as 2026-05-03T14:03 (UTC unless it names a zone) or milliseconds since 1970; with it the answer "
                + "has every version there was, its stage, since when and by whom.")
            .Produces<RegisteredModelView>();
        api.MapPatch("/{name}", ChangeAsync).WithMetadata(Policy.Contribute).WithSummary("Rename or describe a model")
            .Accepts<ChangeRegisteredModelRequest>("application/json").Produces<RegisteredModelView>();
        api.MapDelete("/{name}", DeleteAsync).WithMetadata(Policy.Contribute)
            .WithSummary("Delete a model with its versions; its history stays").Produces(StatusCodes.Status204NoContent);
        api.MapGet("/{name}/history", HistoryAsync).WithMetadata(Policy.View).WithSummary("List what happened to a model, newest first")
            .WithDescription("Query: page_size, page_token.").Produces<RegistryEventPage>();
        api.MapPut("/{name}/aliases/{alias}", SetAliasAsync).WithMetadata(Policy.Contribute).WithSummary("Point an alias at a version")
            .Accepts<SetAliasRequest>("application/json").Produces(StatusCodes.Status204NoContent);
        api.MapDelete("/{name}/aliases/{alias}", DeleteAliasAsync).WithMetadata(Policy.Contribute).WithSummary("Delete an alias")
            .Produces(StatusCodes.Status204NoContent);
        api.MapPost("/{name}/aliases/{alias}/rollback", RollbackAliasAsync).WithMetadata(Policy.Contribute)
            .WithSummary("Take back the last change of an alias").Produces<RolledBackAlias>();
        api.MapPost("/{name}/stages/{stage}/rollback", RollbackStageAsync).WithMetadata(Policy.Contribute)
            .WithSummary("Take back the last change of a stage, with all that it archived")
            .WithDescription("The answer has the versions that are in the stage now. Asked again, it takes back the change before that.")
            .Produces<ModelVersionPage>();
    }

    private static async Task<IResult> ListAsync(HttpContext context, IRegisteredModels models, RegistryOptions options)
    {
        var query = context.Request.Query;
        if (!query.Page(ApiNames.PageSize, options.ModelPageMax).TryGet(out var page, out var error)) return ApiProblem.From(error);
        var search = new ModelSearch(query.Text("filter"), [.. query["order_by"].OfType<string>()], page, FilterDialect.Native);
        var found = await models.SearchAsync(context.Caller(), search, context.RequestAborted);
        return ApiResult.Ok(
            found.Map(static listed => new RegisteredModelPage([.. listed.Items.Select(RegisteredModelView.Of)], listed.NextToken)),
            RegistryJson.Default.RegisteredModelPage);
    }

    private static async Task<IResult> CreateAsync(HttpContext context, IRegisteredModels models)
    {
        var read = await JsonBody.ReadAsync(context, RegistryJson.Default.CreateRegisteredModelRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        var model = new NewRegisteredModel(request.Name ?? "", request.Description, ViewTags.From(request.Tags), request.Project);
        var made = await models.CreateAsync(context.Caller(), model, context.RequestAborted);
        return ApiResult.Created(
            made.Map(RegisteredModelView.Of), RegistryJson.Default.RegisteredModelView, static view => ApiNames.PathOf(view.Name));
    }

    private static async Task<IResult> GetAsync(HttpContext context, IRegisteredModels models, IRegistryHistory history, string name)
    {
        if (!context.Request.Query.Instant("at").TryGet(out var at, out var error)) return ApiProblem.From(error);
        if (at is { } atMs)
        {
            var past = await history.AsOfAsync(context.Caller(), ApiNames.Decoded(name), atMs, context.RequestAborted);
            return ApiResult.Ok(past.Map(PastModelView.Of), RegistryJson.Default.PastModelView);
        }

        var found = await models.GetAsync(context.Caller(), ApiNames.Decoded(name), context.RequestAborted);
        return ApiResult.Ok(found.Map(RegisteredModelView.Of), RegistryJson.Default.RegisteredModelView);
    }

    /// <summary>Described under the old name first: one that is renamed is not found by it.</summary>
    private static async Task<IResult> ChangeAsync(HttpContext context, IRegisteredModels models, string name)
    {
        var read = await JsonBody.ReadAsync(context, RegistryJson.Default.ChangeRegisteredModelRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        var (caller, model) = (context.Caller(), ApiNames.Decoded(name));
        var changed = request.Description is null
            ? await models.GetAsync(caller, model, context.RequestAborted)
            : await models.DescribeAsync(caller, model, request.Description, context.RequestAborted);
        if (!changed.IsFailure && request.Name is { } newName && newName != model)
            changed = await models.RenameAsync(caller, model, newName, context.RequestAborted);
        return ApiResult.Ok(changed.Map(RegisteredModelView.Of), RegistryJson.Default.RegisteredModelView);
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, IRegisteredModels models, string name) =>
        ApiResult.Empty(await models.DeleteAsync(context.Caller(), ApiNames.Decoded(name), context.RequestAborted));

    private static async Task<IResult> HistoryAsync(
        HttpContext context, IRegistryHistory history, RegistryOptions options, string name)
    {
        if (!context.Request.Query.Page(ApiNames.PageSize, options.EventPageMax).TryGet(out var page, out var error))
            return ApiProblem.From(error);
        var found = await history.ListAsync(context.Caller(), ApiNames.Decoded(name), page, context.RequestAborted);
        return ApiResult.Ok(
            found.Map(static listed => new RegistryEventPage(listed.Items, listed.NextToken)), RegistryJson.Default.RegistryEventPage);
    }

    private static async Task<IResult> SetAliasAsync(HttpContext context, IRegisteredModels models, string name, string alias)
    {
        var read = await JsonBody.ReadAsync(context, RegistryJson.Default.SetAliasRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        var version = new ModelVersionId(ApiNames.Decoded(name), request.Version);
        return ApiResult.Empty(await models.SetAliasAsync(context.Caller(), version, alias, context.RequestAborted));
    }

    private static async Task<IResult> DeleteAliasAsync(HttpContext context, IRegisteredModels models, string name, string alias) =>
        ApiResult.Empty(await models.DeleteAliasAsync(context.Caller(), ApiNames.Decoded(name), alias, context.RequestAborted));

    private static async Task<IResult> RollbackAliasAsync(HttpContext context, IRegisteredModels models, string name, string alias)
    {
        var back = await models.RollbackAliasAsync(context.Caller(), ApiNames.Decoded(name), alias, context.RequestAborted);
        return ApiResult.Ok(back.Map(now => new RolledBackAlias(alias, now?.Version)), RegistryJson.Default.RolledBackAlias);
    }

    private static async Task<IResult> RollbackStageAsync(HttpContext context, IModelVersions versions, string name, string stage)
    {
        var back = await versions.RollbackStageAsync(context.Caller(), ApiNames.Decoded(name), stage, context.RequestAborted);
        return ApiResult.Ok(
            back.Map(static there => new ModelVersionPage([.. there.Select(ModelVersionView.Of)], null)),
            RegistryJson.Default.ModelVersionPage);
    }
}
