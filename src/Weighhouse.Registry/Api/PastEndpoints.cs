using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Registry.Api;

/// <summary>The native API of the registry as a whole: what it was, and the stages of its projects.</summary>
internal static class PastEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/registry").WithTags("Registered models");
        api.MapGet("", AsOfAsync).WithMetadata(Policy.View).WithSummary("All models as they were at an instant, the oldest first")
            .WithDescription(
                "Query: at (now when absent), a time such as 2026-05-03T14:03 or milliseconds since 1970; page_size, page_token.")
            .Produces<PastModelPage>();
        api.MapGet("/diff", DiffAsync).WithMetadata(Policy.View).WithSummary("What is different of models between two instants")
            .WithDescription("Query: from; to (now when absent); page_size, page_token.").Produces<ModelDifferencePage>();
        api.MapGet("/stages", StagesAsync).WithMetadata(Policy.View).WithSummary("List the stages of a project in order")
            .WithDescription("Query: project; the default one when absent.").Produces<StageListView>();
        api.MapPut("/stages", SetStagesAsync).WithMetadata(Policy.Administer).WithSummary("Choose the stages of a project")
            .WithDescription(
                "Versions begin in the first, and what another replaces goes to the last. A stage with versions stays. Query: project.")
            .Accepts<StageListView>("application/json").Produces<StageListView>();
    }

    private static async Task<IResult> AsOfAsync(HttpContext context, IRegistryHistory history, TimeProvider time, RegistryOptions options)
    {
        var query = context.Request.Query;
        if (!query.Instant("at").TryGet(out var at, out var error)) return ApiProblem.From(error);
        if (!query.Page(ApiNames.PageSize, options.StatePageMax).TryGet(out var page, out error)) return ApiProblem.From(error);
        var atMs = at ?? time.GetUtcNow().ToUnixTimeMilliseconds();
        // A token is of one instant: "now" has to be asked for by the number that the page before said.
        if (at is null && page.Token is not null)
            return ApiProblem.From(Error.Invalid("at is absent; send the atMs of the page before with its page_token.", "at"));
        var found = await history.AsOfAsync(context.Caller(), atMs, page, context.RequestAborted);
        return ApiResult.Ok(
            found.Map(listed => new PastModelPage(atMs, [.. listed.Items.Select(PastModelView.Of)], listed.NextToken)),
            RegistryJson.Default.PastModelPage);
    }

    private static async Task<IResult> DiffAsync(HttpContext context, IRegistryHistory history, TimeProvider time, RegistryOptions options)
    {
        var query = context.Request.Query;
        if (!query.Instant("from").TryGet(out var from, out var error)) return ApiProblem.From(error);
        if (!query.Instant("to").TryGet(out var to, out error)) return ApiProblem.From(error);
        if (from is not { } fromMs) return ApiProblem.From(Error.Invalid("from is absent; send the earlier instant.", "from"));
        if (!query.Page(ApiNames.PageSize, options.StatePageMax).TryGet(out var page, out error)) return ApiProblem.From(error);
        if (to is null && page.Token is not null)
            return ApiProblem.From(Error.Invalid("to is absent; send the toMs of the page before with its page_token.", "to"));
        var toMs = to ?? time.GetUtcNow().ToUnixTimeMilliseconds();
        var found = await history.DiffAsync(context.Caller(), fromMs, toMs, page, context.RequestAborted);
        return ApiResult.Ok(
            found.Map(listed => new ModelDifferencePage(fromMs, toMs, listed.Items, listed.NextToken)),
            RegistryJson.Default.ModelDifferencePage);
    }

    private static async Task<IResult> StagesAsync(HttpContext context, IStages stages)
    {
        var found = await stages.GetAsync(context.Caller(), ProjectOf(context), context.RequestAborted);
        return ApiResult.Ok(found.Map(StageListView.Of), RegistryJson.Default.StageListView);
    }

    private static async Task<IResult> SetStagesAsync(HttpContext context, IStages stages)
    {
        var read = await JsonBody.ReadAsync(context, RegistryJson.Default.StageListView);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        Stage[] chosen =
            [.. (request.Stages ?? []).Select(static stage => new Stage(stage.Name, stage.ArchivesOthers, stage.IsProtected))];
        var set = await stages.SetAsync(context.Caller(), ProjectOf(context), chosen, context.RequestAborted);
        return ApiResult.Ok(set.Map(StageListView.Of), RegistryJson.Default.StageListView);
    }

    private static string ProjectOf(HttpContext context) => context.Request.Query.Text("project") ?? Scope.DefaultProject;
}
