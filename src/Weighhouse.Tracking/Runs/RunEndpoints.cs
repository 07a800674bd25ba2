using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Experiments;

namespace Weighhouse.Tracking.Runs;

/// <summary>The native API of runs.</summary>
internal static class RunEndpoints
{
    private const int PageSize = 100;
    private const int PageSizeMax = 1_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/runs").WithTags("Runs");
        api.MapGet("", ListAsync).WithMetadata(Policy.View).WithSummary("Search runs by query string")
            .WithDescription(
            "Query: experiment (repeatable), filter, order_by (repeatable), view (active, deleted, all), page_size, page_token.")
            .Produces<RunPage>();
        api.MapPost("/search", SearchByBodyAsync).WithMetadata(Policy.View).WithSummary("Search runs")
            .Accepts<SearchRunsRequest>("application/json").Produces<RunPage>();
        api.MapPost("", CreateAsync).WithMetadata(Policy.Contribute).WithSummary("Begin a run")
            .Accepts<CreateRunRequest>("application/json").Produces<RunView>(StatusCodes.Status201Created);
        api.MapGet("/{id}", GetAsync).WithMetadata(Policy.View)
            .WithSummary("Read a run with its params, tags and metric summaries").Produces<RunView>();
        api.MapPatch("/{id}", ChangeAsync).WithMetadata(Policy.Contribute).WithSummary("Change a run's status, end or name")
            .Accepts<ChangeRunRequest>("application/json").Produces<RunInfoView>();
        api.MapDelete("/{id}", DeleteAsync).WithMetadata(Policy.Contribute).WithSummary("Delete a run; restore brings it back")
            .Produces(StatusCodes.Status204NoContent);
        api.MapPost("/{id}/restore", RestoreAsync).WithMetadata(Policy.Contribute).WithSummary("Restore a deleted run")
            .Produces(StatusCodes.Status204NoContent);
        api.MapPost("/{id}/inputs", LogInputsAsync).WithMetadata(Policy.Contribute).WithSummary("Record datasets and models a run used")
            .Accepts<InputsRequest>("application/json").Produces(StatusCodes.Status204NoContent);
        api.MapPut("/{id}/tags/{**key}", SetTagAsync).WithMetadata(Policy.Contribute).WithSummary("Set a tag of a run")
            .Accepts<TagRequest>("application/json").Produces(StatusCodes.Status204NoContent);
        api.MapDelete("/{id}/tags/{**key}", DeleteTagAsync).WithMetadata(Policy.Contribute).WithSummary("Remove a tag of a run")
            .Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ListAsync(HttpContext context, IRuns runs, IExperiments experiments)
    {
        var query = context.Request.Query;
        if (!query.Page(PageSize, PageSizeMax).TryGet(out var page, out var error)) return ApiProblem.From(error);
        var request = new SearchRunsRequest(
            [.. query["experiment"].OfType<string>()],
            query.Text("filter"),
            [.. query["order_by"].OfType<string>()],
            query.Text("view"),
            page.Size,
            page.Token);
        return await SearchAsync(context, runs, experiments, request);
    }

    private static async Task<IResult> SearchByBodyAsync(HttpContext context, IRuns runs, IExperiments experiments)
    {
        var read = await JsonBody.ReadAsync(context, TrackingJson.Default.SearchRunsRequest);
        return read.TryGet(out var request, out var error)
            ? await SearchAsync(context, runs, experiments, request)
            : ApiProblem.From(error);
    }

    private static async Task<IResult> SearchAsync(HttpContext context, IRuns runs, IExperiments experiments, SearchRunsRequest request)
    {
        var size = request.PageSize ?? PageSize;
        if (size is < 1 or > PageSizeMax)
            return ApiProblem.From(Error.Invalid($"pageSize is {size}; it must be from 1 to {PageSizeMax}.", "pageSize"));
        if (!ViewText.ToView(request.View).TryGet(out var view, out var error)) return ApiProblem.From(error);
        var chosen = await ExperimentChoice.OfAsync(context, experiments, request.Experiments ?? []);
        if (!chosen.TryGet(out var ids, out error)) return ApiProblem.From(error);
        var search = new RunSearch(
            ids, request.Filter, request.OrderBy ?? [], view, new PageRequest(size, request.PageToken), SearchDialect.Native);
        var found = await runs.SearchAsync(context.Caller(), search, context.RequestAborted);
        return ApiResult.Ok(found.Map(RunPage.Of), TrackingJson.Default.RunPage);
    }

    private static async Task<IResult> CreateAsync(HttpContext context, IRuns runs)
    {
        var read = await JsonBody.ReadAsync(context, TrackingJson.Default.CreateRunRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        if (!ViewText.ToExperimentId(request.ExperimentId ?? ExperimentId.Default.ToString()).TryGet(out var experiment, out error))
            return ApiProblem.From(error);
        var tags = (request.Tags ?? new Dictionary<string, string>()).Select(tag => new Tag(tag.Key, tag.Value)).ToArray();
        var caller = context.Caller();
        var created = await runs.CreateAsync(
            caller, new NewRun(experiment, caller.Name, request.StartMs, request.Name, tags), context.RequestAborted);
        return ApiResult.Created(created.Map(RunView.Of), TrackingJson.Default.RunView, view => "/api/v1/runs/" + view.Id);
    }

    private static async Task<IResult> GetAsync(HttpContext context, IRuns runs, string id) => ApiResult.Ok(
        (await runs.GetAsync(context.Caller(), new RunId(id), context.RequestAborted)).Map(RunView.Of), TrackingJson.Default.RunView);

    private static async Task<IResult> ChangeAsync(HttpContext context, IRuns runs, string id)
    {
        var read = await JsonBody.ReadAsync(context, TrackingJson.Default.ChangeRunRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        if (!ViewText.ToStatus(request.Status).TryGet(out var status, out error)) return ApiProblem.From(error);
        var changed = await runs.UpdateAsync(
            context.Caller(), new RunId(id), new RunChange(status, request.EndMs, request.Name), context.RequestAborted);
        return ApiResult.Ok(changed.Map(RunInfoView.Of), TrackingJson.Default.RunInfoView);
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, IRuns runs, string id) =>
        ApiResult.Empty(await runs.DeleteAsync(context.Caller(), new RunId(id), context.RequestAborted));

    private static async Task<IResult> RestoreAsync(HttpContext context, IRuns runs, string id) =>
        ApiResult.Empty(await runs.RestoreAsync(context.Caller(), new RunId(id), context.RequestAborted));

    private static async Task<IResult> LogInputsAsync(HttpContext context, IRuns runs, string id)
    {
        var read = await JsonBody.ReadAsync(context, TrackingJson.Default.InputsRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        var datasets = (request.Datasets ?? []).Select(dataset => dataset.ToInput()).ToArray();
        var models = (request.Models ?? []).Select(model => new ModelInput(new LoggedModelId(model))).ToArray();
        return ApiResult.Empty(await runs.LogInputsAsync(context.Caller(), new RunId(id), datasets, models, context.RequestAborted));
    }

    private static async Task<IResult> SetTagAsync(HttpContext context, IRuns runs, string id, string key)
    {
        var read = await JsonBody.ReadAsync(context, TrackingJson.Default.TagRequest);
        return read.TryGet(out var request, out var error)
            ? ApiResult.Empty(
            await runs.SetTagAsync(context.Caller(), new RunId(id), new Tag(key, request.Value ?? ""), context.RequestAborted))
            : ApiProblem.From(error);
    }

    private static async Task<IResult> DeleteTagAsync(HttpContext context, IRuns runs, string id, string key) =>
        ApiResult.Empty(await runs.DeleteTagAsync(context.Caller(), new RunId(id), key, context.RequestAborted));
}
