using System.Buffers.Binary;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Metrics.Envelopes;

namespace Weighhouse.Tracking.Metrics.Endpoints;

/// <summary>What charts are drawn from: binary frames of docs/formats/envelope.md.</summary>
internal static class ChartEndpoints
{
    private const string Frames = "application/octet-stream";
    private const int FrameHeadBytes = 8;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/metrics").WithTags("Metrics");
        api.MapGet("/envelope", EnvelopeAsync).WithMetadata(Policy.View).WithSummary("Minima and maxima of some series, for one chart")
            .WithDescription(
                "Query: run and key (repeatable; the first run goes with the first key, or one key with all runs), axis (step, wall, "
                + "relative), from, to, buckets. The answer is a frame of docs/formats/envelope.md.")
            .Produces<byte[]>(StatusCodes.Status200OK, Frames);
        api.MapPost("/envelopes", EnvelopesAsync).WithMetadata(Policy.View).WithSummary("Minima and maxima for many charts at once")
            .Accepts<EnvelopesRequest>("application/json").Produces<byte[]>(StatusCodes.Status200OK, Frames);
        api.MapPost("/sparklines", SparklinesAsync).WithMetadata(Policy.View).WithSummary("Small charts of many runs, a frame a key")
            .Accepts<SparklinesRequest>("application/json").Produces<byte[]>(StatusCodes.Status200OK, Frames);
    }

    private static async Task<IResult> EnvelopeAsync(HttpContext context, IMetrics metrics)
    {
        var read = ReadQuery(context.Request.Query);
        if (!read.TryGet(out var chart, out var error)) return ApiProblem.From(error);
        if (!chart.ToQuery().TryGet(out var query, out error)) return ApiProblem.From(error);
        var answer = await metrics.EnvelopeAsync(context.Caller(), query, context.RequestAborted);
        return answer.TryGet(out var frame, out error) ? Results.Bytes(frame, Frames) : ApiProblem.From(error);
    }

    private static async Task<IResult> EnvelopesAsync(HttpContext context, IMetrics metrics, TrackingOptions options)
    {
        var read = await JsonBody.ReadAsync(context, TrackingJson.Default.EnvelopesRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        var charts = request.Charts ?? [];
        if (charts.Count is 0 || charts.Count > options.EnvelopesPerRequestMax)
            return ApiProblem.From(Error.Invalid($"{charts.Count} charts; ask for 1 to {options.EnvelopesPerRequestMax}.", "charts"));
        var frames = new List<ReadOnlyMemory<byte>>(charts.Count);
        foreach (var chart in charts)
        {
            if (chart is null) return ApiProblem.From(Error.Invalid($"charts[{frames.Count}] is null.", $"charts[{frames.Count}]"));
            if (!chart.ToQuery().TryGet(out var query, out error)) return ApiProblem.From(error);
            var answer = await metrics.EnvelopeAsync(context.Caller(), query, context.RequestAborted);
            if (!answer.TryGet(out var frame, out error)) return ApiProblem.From(error);
            frames.Add(frame);
        }

        return Results.Bytes(Join(frames), Frames);
    }

    private static async Task<IResult> SparklinesAsync(HttpContext context, IMetrics metrics)
    {
        var read = await JsonBody.ReadAsync(context, TrackingJson.Default.SparklinesRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        var (runs, keys) = (request.Runs ?? [], request.Keys ?? []);
        if (runs.Contains(null!) || keys.Contains(null!)) return ApiProblem.From(Error.Invalid("A run or a key is null.", "runs"));
        var buckets = request.Buckets ?? IMetrics.SparklineBucketsMax;
        var ids = runs.Select(run => new RunId(run)).ToArray();
        var answer = await metrics.SparklinesAsync(context.Caller(), ids, keys, buckets, context.RequestAborted);
        return answer.TryGet(out var frames, out error) ? Results.Bytes(Join(frames), Frames) : ApiProblem.From(error);
    }

    private static Result<ChartRequest> ReadQuery(IQueryCollection query)
    {
        var (runs, keys) = (query["run"], query["key"]);
        if (keys.Count != runs.Count && keys.Count != 1)
            return Error.Invalid($"{runs.Count} runs and {keys.Count} keys; send a key for each run, or one for all.", "key");
        if (!query.Long("from").TryGet(out var from, out var error)) return error;
        if (!query.Long("to").TryGet(out var to, out error)) return error;
        var count = query.Int("buckets", ChartRequest.BucketsWhenAbsent, 1, EnvelopeReader.BucketsMax);
        if (!count.TryGet(out var buckets, out error)) return error;
        var series = new SeriesRequest[runs.Count];
        for (var i = 0; i < series.Length; i++) series[i] = new SeriesRequest(runs[i], keys[keys.Count == 1 ? 0 : i]);
        return new ChartRequest(series, query.Text("axis"), from, to, buckets);
    }

    /// <summary>Frames one after the other, each behind its length and four zero bytes.</summary>
    private static byte[] Join(IReadOnlyList<ReadOnlyMemory<byte>> frames)
    {
        var joined = new byte[frames.Sum(frame => FrameHeadBytes + frame.Length)];
        var position = 0;
        foreach (var frame in frames)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(joined.AsSpan(position), (uint)frame.Length);
            frame.Span.CopyTo(joined.AsSpan(position + FrameHeadBytes));
            position += FrameHeadBytes + frame.Length;
        }

        return joined;
    }
}
