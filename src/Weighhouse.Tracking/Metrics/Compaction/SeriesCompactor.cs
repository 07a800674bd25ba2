using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Metrics.Reading;
using Weighhouse.Tracking.Metrics.Segments;

namespace Weighhouse.Tracking.Metrics.Compaction;

internal enum CompactionOutcome
{
    /// <summary>The tail is short: nothing to do.</summary>
    Nothing,
    Done,
    /// <summary>Done, and there is enough left for another step.</summary>
    HasMore,
}

/// <summary>
/// Folds the tail of a series into its blocks, a bounded step at a time. All reading, merging and encoding happens on a snapshot; the
/// writer only exchanges rows.
/// </summary>
internal sealed class SeriesCompactor(IDatabase database, TrackingOptions options)
{
    /// <summary>Blocks one step may rewrite: 2 MB in the unit of work, and as many milliseconds of the writer's time.</summary>
    private const int BlocksPerStepMax = 16;

    private static readonly SqlText FindBlockBefore = TrackingSql.Catalog["FindBlockBefore"];
    private static readonly SqlText FindFirstBlock = TrackingSql.Catalog["FindFirstBlock"];
    private static readonly SqlText FindLastBlock = TrackingSql.Catalog["FindLastBlock"];
    private static readonly SqlText ListBlockHeads = TrackingSql.Catalog["ListBlockHeads"];

    public async ValueTask<Result<CompactionOutcome>> StepAsync(SeriesKey series, CancellationToken cancellation)
    {
        var planned = await database.ReadAsync(session => PlanAsync(session, series), cancellation);
        if (!planned.TryGet(out var plan, out var error)) return error;
        if (plan is null) return CompactionOutcome.Nothing;
        var applied = await database.WriteAsync(plan.ApplyAsync, cancellation);
        if (applied.IsFailure) return applied.Error;
        return plan.HasMore ? CompactionOutcome.HasMore : CompactionOutcome.Done;
    }

    private async ValueTask<Result<CompactionPlan?>> PlanAsync(DbSession session, SeriesKey series)
    {
        using var tail = new PointBuffer(SegmentCodec.PointsMax);
        var read = await StoredPoints.ReadTailAsync(session, series, tail, SegmentCodec.PointsMax);
        if (!read.TryGet(out var taken, out var error)) return error;
        var pointCount = tail.Count;
        if (pointCount < options.CompactionPoints && taken.RowCount < options.CompactionSegments) return default(CompactionPlan);
        var duplicates = tail.SortDistinct(PointOrder.ByStep);
        if (pointCount < options.CompactionPoints)
        {
            // Many requests with a point or two each: one larger segment is cheaper than a block rewritten every so often.
            return new CompactionPlan(series, taken.LastTailNo, taken.RowCount, Segment(tail.Points), [], [], duplicates, HasMore: false);
        }

        var owners = await ListOwnersAsync(session, series, tail.Points[0].Step, tail.Points[^1].Step);
        var step = await FoldAsync(session, owners, tail);
        if (!step.TryGet(out var fold, out error)) return error;
        var rest = tail.Points[fold.FoldedCount..];
        return new CompactionPlan(
            series, taken.LastTailNo, taken.RowCount, rest.IsEmpty ? null : Segment(rest), fold.Replaced, fold.Added,
            duplicates + fold.DuplicateCount, taken.HasMore || rest.Length >= options.CompactionPoints);
    }

    /// <summary>
    /// The blocks that new points between two steps belong to, in order: a block owns what comes from its first point up to the first of
    /// the next one, and the first block also what comes before it.
    /// </summary>
    private static async ValueTask<Owners> ListOwnersAsync(DbSession session, SeriesKey series, long fromStep, long toStep)
    {
        var before = await Bind(session, FindBlockBefore, series).Bind("step", fromStep).FirstAsync(BlockHead.Read)
            ?? await Bind(session, FindFirstBlock, series).FirstAsync(BlockHead.Read);
        var heads = await Bind(session, ListBlockHeads, series)
            .Bind("from_step", fromStep).Bind("to_step", toStep).Bind("limit", BlocksPerStepMax + 1L).ListAsync(BlockHead.Read);
        if (before is not null && (heads.Count == 0 || heads[0].BlockNo != before.BlockNo)) heads.Insert(0, before);
        var last = await Bind(session, FindLastBlock, series).FirstAsync(BlockHead.Read);
        PointPosition? limit = null;
        if (heads.Count > BlocksPerStepMax)
        {
            limit = heads[BlocksPerStepMax].First;
            heads.RemoveRange(BlocksPerStepMax, heads.Count - BlocksPerStepMax);
        }

        return new Owners(heads, limit, last?.BlockNo);
    }

    private async ValueTask<Result<Fold>> FoldAsync(DbSession session, Owners owners, PointBuffer tail)
    {
        var fold = new Fold();
        var foldable = owners.Limit is { } limit ? BlockFold.CountBefore(tail.Points, limit) : tail.Count;
        if (owners.Heads.Count == 0) BlockFold.Cut(tail.Points[..foldable], options.CompactionBlockPoints, isAppended: true, fold.Added);
        using var stored = new PointBuffer(options.CompactionBlockPoints);
        using var merged = new PointBuffer(options.CompactionBlockPoints);
        var start = 0;
        for (var i = 0; i < owners.Heads.Count; i++)
        {
            var head = owners.Heads[i];
            var end = i + 1 < owners.Heads.Count ? BlockFold.CountBefore(tail.Points, owners.Heads[i + 1].First) : foldable;
            if (end == start) continue;
            var isAppended = head.BlockNo == owners.LastBlockNo && PointPosition.Of(in tail.Points[start]).CompareTo(head.Last) > 0;
            if (isAppended && head.PointCount >= options.CompactionBlockPoints)
            {
                BlockFold.Cut(tail.Points[start..end], options.CompactionBlockPoints, isAppended, fold.Added);
            }
            else
            {
                stored.Clear();
                merged.Clear();
                if (await StoredPoints.ReadBlockAsync(session, head.BlockNo, stored) is { } error) return error;
                fold.DuplicateCount += merged.AddMerged(stored.Points, tail.Points[start..end], PointOrder.ByStep);
                // Points sent again, all of them known: the block stays as it is.
                if (merged.Count > stored.Count)
                {
                    BlockFold.Cut(merged.Points, options.CompactionBlockPoints, isAppended, fold.Added);
                    fold.Replaced.Add(head.BlockNo);
                }
            }

            start = end;
        }

        fold.FoldedCount = foldable;
        return fold;
    }

    private static (int PointCount, byte[] Segment)? Segment(ReadOnlySpan<MetricPoint> points) =>
        (points.Length, SegmentCodec.Encode(points));

    private static DbStatement Bind(DbSession session, SqlText sql, SeriesKey series) =>
        session.Prepare(sql).Bind("run_no", series.RunNo).Bind("key_no", series.KeyNo);

    /// <param name="Limit">Points from here on wait for the next step; null for none.</param>
    private sealed record Owners(List<BlockHead> Heads, PointPosition? Limit, long? LastBlockNo);

    private sealed class Fold
    {
        public List<long> Replaced { get; } = [];

        public List<NewBlock> Added { get; } = [];

        public int DuplicateCount { get; set; }

        public int FoldedCount { get; set; }
    }
}
