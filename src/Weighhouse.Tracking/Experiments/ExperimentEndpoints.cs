using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Experiments;

/// <summary>The native API of experiments.</summary>
internal static class ExperimentEndpoints
{
    private const int PageSize = 100;
    private const int PageSizeMax = 1_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/experiments").WithTags("Experiments");
        api.MapGet("", SearchAsync).WithMetadata(Policy.View).WithSummary("List and search experiments, newest first")
            .WithDescription(
                "Query: filter, order_by (repeatable), view (active, deleted, all), page_size, page_token.").Produces<ExperimentPage>();
        api.MapPost("", CreateAsync).WithMetadata(Policy.Contribute).WithSummary("Create an experiment")
            .Accepts<CreateExperimentRequest>("application/json").Produces<ExperimentView>(StatusCodes.Status201Created);
        api.MapGet("/{id}", GetAsync).WithMetadata(Policy.View).WithSummary("Read an experiment").Produces<ExperimentView>();
        api.MapPatch("/{id}", RenameAsync).WithMetadata(Policy.Contribute).WithSummary("Rename an experiment")
            .Accepts<RenameExperimentRequest>("application/json").Produces(StatusCodes.Status204NoContent);
        api.MapDelete("/{id}", DeleteAsync).WithMetadata(Policy.Contribute)
            .WithSummary("Delete an experiment and its runs; restore brings them back")
            .Produces(StatusCodes.Status204NoContent);
        api.MapPost("/{id}/restore", RestoreAsync).WithMetadata(Policy.Contribute)
            .WithSummary("Restore a deleted experiment and the runs deleted with it")
            .Produces(StatusCodes.Status204NoContent);
        api.MapPut("/{id}/tags/{**key}", SetTagAsync).WithMetadata(Policy.Contribute).WithSummary("Set a tag of an experiment")
            .Accepts<TagRequest>("application/json").Produces(StatusCodes.Status204NoContent);
        api.MapDelete("/{id}/tags/{**key}", DeleteTagAsync).WithMetadata(Policy.Contribute).WithSummary("Remove a tag of an experiment")
            .Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> SearchAsync(HttpContext context, IExperiments experiments)
    {
        var query = context.Request.Query;
        if (!query.Page(PageSize, PageSizeMax).TryGet(out var page, out var error)) return ApiProblem.From(error);
        if (!ViewText.ToView(query.Text("view")).TryGet(out var view, out error)) return ApiProblem.From(error);
        var order = query["order_by"].OfType<string>().ToArray();
        var found = await experiments.SearchAsync(
            context.Caller(), new ExperimentSearch(query.Text("filter"), order, view, page, SearchDialect.Native), context.RequestAborted);
        return ApiResult.Ok(found.Map(ExperimentPage.Of), TrackingJson.Default.ExperimentPage);
    }

    private static async Task<IResult> CreateAsync(HttpContext context, IExperiments experiments)
    {
        var read = await JsonBody.ReadAsync(context, TrackingJson.Default.CreateExperimentRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        var tags = (request.Tags ?? new Dictionary<string, string>()).Select(tag => new Tag(tag.Key, tag.Value)).ToArray();
        var created = await experiments.CreateAsync(
            context.Caller(), new NewExperiment(request.Name ?? "", request.ArtifactLocation, tags, request.Project),
            context.RequestAborted);
        return ApiResult.Created(
            created.Map(ExperimentView.Of), TrackingJson.Default.ExperimentView, view => "/api/v1/experiments/" + view.Id);
    }

    private static Task<IResult> GetAsync(HttpContext context, IExperiments experiments, string id) => WithIdAsync(id, async experiment =>
        ApiResult.Ok(
            (await experiments.GetAsync(context.Caller(), experiment, context.RequestAborted)).Map(ExperimentView.Of),
            TrackingJson.Default.ExperimentView));

    private static Task<IResult> RenameAsync(HttpContext context, IExperiments experiments, string id) =>
        WithIdAsync(id, async experiment =>
    {
        var read = await JsonBody.ReadAsync(context, TrackingJson.Default.RenameExperimentRequest);
        return read.TryGet(out var request, out var error)
            ? ApiResult.Empty(await experiments.RenameAsync(context.Caller(), experiment, request.Name ?? "", context.RequestAborted))
            : ApiProblem.From(error);
    });

    private static Task<IResult> DeleteAsync(HttpContext context, IExperiments experiments, string id) =>
        WithIdAsync(id, async experiment =>
        ApiResult.Empty(await experiments.DeleteAsync(context.Caller(), experiment, context.RequestAborted)));

    private static Task<IResult> RestoreAsync(HttpContext context, IExperiments experiments, string id) =>
        WithIdAsync(id, async experiment =>
        ApiResult.Empty(await experiments.RestoreAsync(context.Caller(), experiment, context.RequestAborted)));

    private static Task<IResult> SetTagAsync(HttpContext context, IExperiments experiments, string id, string key) =>
        WithIdAsync(id, async experiment =>
    {
        var read = await JsonBody.ReadAsync(context, TrackingJson.Default.TagRequest);
        return read.TryGet(out var request, out var error)
            ? ApiResult.Empty(
                await experiments.SetTagAsync(context.Caller(), experiment, new Tag(key, request.Value ?? ""), context.RequestAborted))
            : ApiProblem.From(error);
    });

    private static Task<IResult> DeleteTagAsync(HttpContext context, IExperiments experiments, string id, string key) =>
        WithIdAsync(id, async experiment =>
        ApiResult.Empty(await experiments.DeleteTagAsync(context.Caller(), experiment, key, context.RequestAborted)));

    private static async Task<IResult> WithIdAsync(string id, Func<ExperimentId, Task<IResult>> act) =>
        ViewText.ToExperimentId(id).TryGet(out var experiment, out var error) ? await act(experiment) : ApiProblem.From(error);
}
