using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Keys;
using Weighhouse.Tracking.Metrics.Compaction;
using Weighhouse.Tracking.Metrics.Envelopes;
using Weighhouse.Tracking.Metrics.Reading;
using Weighhouse.Tracking.Metrics.Segments;
using Weighhouse.Tracking.Runs;

namespace Weighhouse.Tracking.Metrics.History;

/// <summary>
/// Plain points for charts that cannot draw an envelope: all of them while there are few, else MLflow's choice of steps, and of each run
/// the extremes that choice would hide.
/// </summary>
internal sealed class SampleReader(IDatabase database, KeyDictionary keys, TrackingOptions options)
{
    private static readonly SqlText ListBlocksBetween = TrackingSql.Catalog["ListBlocksBetween"];

    public async ValueTask<Result<IReadOnlyList<(RunId Run, IReadOnlyList<MetricPoint> Points)>>> ReadAsync(
        Principal caller, IReadOnlyList<RunId> runs, string key, long? fromStep, long? toStep, int pointsMax,
        CancellationToken cancellation)
    {
        if (runs.Count > options.SampleRunsMax)
            return Error.Invalid($"{runs.Count} runs; ask for at most {options.SampleRunsMax}.", "run_ids");
        if (pointsMax < 1 || pointsMax > options.SamplePointsMax)
            return Error.Invalid($"max_results is {pointsMax}; it must be from 1 to {options.SamplePointsMax}.", "max_results");
        var wanted = new Steps(fromStep, toStep);
        return await database.ReadAsync(session => ReadAsync(session, caller, runs, key, wanted, pointsMax), cancellation);
    }

    private async ValueTask<Result<IReadOnlyList<(RunId Run, IReadOnlyList<MetricPoint> Points)>>> ReadAsync(
        DbSession session, Principal caller, IReadOnlyList<RunId> runs, string key, Steps wanted, int pointsMax)
    {
        var keyNo = await keys.FindAsync(session, key);
        var series = new List<SeriesKey>(runs.Count);
        foreach (var run in runs)
        {
            var found = await RunHandle.FindAsync(session, caller, run, Permission.View);
            if (!found.TryGet(out var handle, out var error)) return error;
            series.Add(new SeriesKey(handle.RunNo, keyNo ?? 0));
        }

        // First where the points are, so that buckets can be laid out, and whether they are few; then which of them to show.
        var choice = new StepChoice(series.Count, pointsMax, options.SampleStepsMax);
        for (var i = 0; i < series.Count; i++)
            if (await SurveyRangeAsync(session, series[i], i, wanted, choice) is { } error) return error;
        if (!choice.IsComplete)
        {
            choice.ChooseCounted();
            for (var i = 0; i < series.Count; i++)
                if (await VisitAsync(session, series[i], wanted, points => choice.SurveyBuckets(i, points)) is { } error) return error;
            choice.Settle();
        }

        var samples = new (RunId, IReadOnlyList<MetricPoint>)[runs.Count];
        for (var i = 0; i < series.Count; i++)
        {
            using var kept = new PointBuffer();
            if (await VisitAsync(session, series[i], wanted, points => choice.Collect(i, points, kept)) is { } error) return error;
            kept.SortDistinct(PointOrder.ByStep);
            samples[i] = (runs[i], kept.Points.ToArray());
        }

        return samples;
    }

    /// <summary>Tells the choice the series' first and last step, and its steps for as long as they can be counted.</summary>
    private static async ValueTask<Error?> SurveyRangeAsync(
        DbSession session, SeriesKey series, int run, Steps wanted, StepChoice choice)
    {
        using var points = new PointBuffer();
        var taken = await StoredPoints.ReadTailAsync(session, series, points);
        if (taken.IsFailure) return taken.Error;
        choice.SurveySteps(run, wanted.Within(points));
        foreach (var block in await ListAsync(session, series, wanted))
        {
            choice.SurveyRange(Math.Max(block.FirstStep, wanted.First), Math.Min(block.LastStep, wanted.Last));
            if (!choice.IsCounting) continue;
            points.Clear();
            if (await StoredPoints.ReadBlockAsync(session, block.BlockNo, points) is { } error) return error;
            choice.SurveySteps(run, wanted.Within(points));
        }

        return null;
    }

    /// <summary>Shows all points of a series within the steps, block by block.</summary>
    private static async ValueTask<Error?> VisitAsync(DbSession session, SeriesKey series, Steps wanted, PointsAction visit)
    {
        using var points = new PointBuffer();
        var taken = await StoredPoints.ReadTailAsync(session, series, points);
        if (taken.IsFailure) return taken.Error;
        visit(wanted.Within(points));
        foreach (var block in await ListAsync(session, series, wanted))
        {
            points.Clear();
            if (await StoredPoints.ReadBlockAsync(session, block.BlockNo, points) is { } error) return error;
            visit(wanted.Within(points));
        }

        return null;
    }

    private static ValueTask<List<BlockSteps>> ListAsync(DbSession session, SeriesKey series, Steps wanted) =>
        session.Prepare(ListBlocksBetween).Bind("run_no", series.RunNo).Bind("key_no", series.KeyNo)
            .Bind("from_step", wanted.First).Bind("to_step", wanted.Last)
            .ListAsync(static row => new BlockSteps(row.Long(0), row.Long(1), row.Long(2)));

    private delegate void PointsAction(ReadOnlySpan<MetricPoint> points);

    private readonly record struct BlockSteps(long BlockNo, long FirstStep, long LastStep);

    private readonly record struct Steps(long? From, long? To)
    {
        public long First => From ?? long.MinValue;

        public long Last => To ?? long.MaxValue;

        /// <summary>Keeps of the buffer what is within, and shows it sorted by step.</summary>
        public ReadOnlySpan<MetricPoint> Within(PointBuffer points)
        {
            points.SortDistinct(PointOrder.ByStep);
            var all = points.Points;
            if (all.IsEmpty || (all[0].Step >= First && all[^1].Step <= Last)) return all;
            var kept = 0;
            foreach (var point in all)
                if (point.Step >= First && point.Step <= Last) all[kept++] = point;
            points.Shrink(kept);
            return points.Points;
        }
    }
}
