using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Metrics.Endpoints;

/// <summary>Logging to a run, and reading a series point by point.</summary>
internal static class MetricEndpoints
{
    private const int PageSize = 1_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/runs/{id}").WithTags("Metrics");
        api.MapPost("/batch", LogAsync).WithMetadata(Policy.Contribute).WithSummary("Log metrics, params and tags, all or nothing")
            .WithDescription("At most 1,000 metrics, 100 params, 100 tags, and 1,000 of all together. A point without timeMs happened now.")
            .Accepts<BatchRequest>("application/json").Produces(StatusCodes.Status204NoContent);
        api.MapGet("/metrics/{**key}", HistoryAsync).WithMetadata(Policy.View).WithSummary("Read the points of a metric by time")
            .WithDescription("Query: page_size (at most 25,000), page_token.")
            .Produces<HistoryView>();
    }

    private static async Task<IResult> LogAsync(
        HttpContext context, string id, IMetrics metrics, TrackingOptions options, TimeProvider time)
    {
        var read = await JsonBody.ReadBytesAsync(context, options.BatchBodyMaxBytes);
        if (!read.TryGet(out var body, out var error)) return ApiProblem.From(error);
        Result<RunBatch> parsed;
        using (body) parsed = BatchBody.Read(body.Span, time.GetUtcNow().ToUnixTimeMilliseconds());
        if (!parsed.TryGet(out var batch, out error)) return ApiProblem.From(error);
        return ApiResult.Empty(await metrics.LogBatchAsync(context.Caller(), new RunId(id), batch, context.RequestAborted));
    }

    private static async Task<IResult> HistoryAsync(HttpContext context, string id, string key, IMetrics metrics, TrackingOptions options)
    {
        var asked = context.Request.Query.Page(PageSize, options.HistoryPageMax);
        if (!asked.TryGet(out var page, out var error)) return ApiProblem.From(error);
        var history = await metrics.HistoryAsync(context.Caller(), new RunId(id), key, page, context.RequestAborted);
        return history.TryGet(out var points, out error) ? new HistoryBody(points) : ApiProblem.From(error);
    }
}

/// <summary>What <see cref="BatchBody"/> reads, for the description of the API.</summary>
internal sealed record BatchRequest(
    IReadOnlyList<BatchMetric>? Metrics, IReadOnlyDictionary<string, string>? Params, IReadOnlyDictionary<string, string>? Tags);

internal sealed record BatchMetric(string Key, double Value, long? Step, long? TimeMs);

/// <summary>What <see cref="HistoryBody"/> writes, for the description of the API.</summary>
internal sealed record HistoryView(IReadOnlyList<PointView> Points, string? NextPageToken);
