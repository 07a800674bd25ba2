using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Experiments;
using Weighhouse.Tracking.Search;

namespace Weighhouse.Tracking.Models;

/// <summary>The native API of logged models: to read them. They are made by the runs that log them.</summary>
internal static class ModelEndpoints
{
    private const int PageSize = 100;
    private const int PageSizeMax = 1_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/logged-models").WithTags("Logged models");
        api.MapGet("", ListAsync).WithMetadata(Policy.View).WithSummary("Search logged models by query string, newest first")
            .WithDescription(
                "Query: experiment (repeatable), filter, order_by (repeatable), dataset (repeatable), page_size, page_token.")
            .Produces<LoggedModelPage>();
        api.MapPost("/search", SearchByBodyAsync).WithMetadata(Policy.View).WithSummary("Search logged models")
            .Accepts<SearchLoggedModelsRequest>("application/json").Produces<LoggedModelPage>();
        api.MapGet("/{id}", GetAsync).WithMetadata(Policy.View)
            .WithSummary("Read a logged model with its params, tags and metrics").Produces<LoggedModelView>();
        routes.MapGet("/api/v1/runs/{id}/logged-models", ListOfRunAsync).WithTags("Logged models").WithMetadata(Policy.View)
            .WithSummary("List the logged models that a run made, newest first").WithDescription("Query: page_size, page_token.")
            .Produces<LoggedModelPage>();
    }

    private static async Task<IResult> ListAsync(HttpContext context, ILoggedModels models, IExperiments experiments)
    {
        var query = context.Request.Query;
        if (!query.Page(PageSize, PageSizeMax).TryGet(out var page, out var error)) return ApiProblem.From(error);
        var request = new SearchLoggedModelsRequest(
            [.. query["experiment"].OfType<string>()],
            query.Text("filter"),
            [.. query["order_by"].OfType<string>()],
            [.. query["dataset"].OfType<string>()],
            page.Size,
            page.Token);
        return await SearchAsync(context, models, experiments, request);
    }

    private static async Task<IResult> SearchByBodyAsync(HttpContext context, ILoggedModels models, IExperiments experiments)
    {
        var read = await JsonBody.ReadAsync(context, TrackingJson.Default.SearchLoggedModelsRequest);
        return read.TryGet(out var request, out var error)
            ? await SearchAsync(context, models, experiments, request)
            : ApiProblem.From(error);
    }

    private static async Task<IResult> SearchAsync(
        HttpContext context, ILoggedModels models, IExperiments experiments, SearchLoggedModelsRequest request)
    {
        var size = request.PageSize ?? PageSize;
        if (size is < 1 or > PageSizeMax)
            return ApiProblem.From(Error.Invalid($"pageSize is {size}; it must be from 1 to {PageSizeMax}.", "pageSize"));
        var datasets = request.Datasets ?? [];
        if (!OrderOf(request.OrderBy ?? [], datasets).TryGet(out var order, out var error)) return ApiProblem.From(error);
        var chosen = await ExperimentChoice.OfAsync(context, experiments, request.Experiments ?? []);
        if (!chosen.TryGet(out var ids, out error)) return ApiProblem.From(error);
        var search = new LoggedModelSearch(
            ids, request.Filter, [.. datasets.Select(static name => (name, (string?)null))], order,
            new PageRequest(size, request.PageToken), SearchDialect.Native);
        return await AnswerAsync(context, models, search);
    }

    /// <summary>A metric orders by what was measured on the dataset when the search names just one.</summary>
    private static Result<IReadOnlyList<LoggedModelOrder>> OrderOf(IReadOnlyList<string> texts, IReadOnlyList<string> datasets)
    {
        if (!FilterOrder.Parse(texts, SearchVocabularies.Models, FilterDialect.Native).TryGet(out var terms, out var error)) return error;
        var dataset = datasets.Count == 1 ? datasets[0] : null;
        return terms.Select(term => term.Field.Entity is SearchVocabularies.Metric
            ? new LoggedModelOrder($"metrics.{term.Field.Key}", term.Ascending, dataset, null)
            : new LoggedModelOrder(term.Field.Key, term.Ascending, null, null)).ToList();
    }

    private static async Task<IResult> GetAsync(HttpContext context, ILoggedModels models, string id)
    {
        var found = await models.GetAsync(context.Caller(), new LoggedModelId(id), context.RequestAborted);
        return ApiResult.Ok(found.Map(LoggedModelView.Of), TrackingJson.Default.LoggedModelView);
    }

    private static async Task<IResult> ListOfRunAsync(HttpContext context, IRuns runs, ILoggedModels models, string id)
    {
        if (!context.Request.Query.Page(PageSize, PageSizeMax).TryGet(out var page, out var error)) return ApiProblem.From(error);
        var read = await runs.GetAsync(context.Caller(), new RunId(id), context.RequestAborted);
        if (!read.TryGet(out var run, out error)) return ApiProblem.From(error);
        // The id of a run that exists has letters, digits, '-' and '_' alone: nothing in it ends the literal.
        var search = new LoggedModelSearch(
            [run.Info.Experiment], $"attributes.source_run_id = '{run.Info.Id}'", [], [], page, SearchDialect.Native);
        return await AnswerAsync(context, models, search);
    }

    private static async Task<IResult> AnswerAsync(HttpContext context, ILoggedModels models, LoggedModelSearch search)
    {
        var found = await models.SearchAsync(context.Caller(), search, context.RequestAborted);
        return ApiResult.Ok(found.Map(LoggedModelPage.Of), TrackingJson.Default.LoggedModelPage);
    }
}
