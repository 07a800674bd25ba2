using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Metrics.Compaction;

/// <summary>
/// What one step of compaction takes away and puts in its place, worked out on a snapshot and applied only if what it takes away is
/// still there, row for row. So two replicas, or a write between, can make a step vain but never wrong.
/// </summary>
/// <param name="LastTailNo">The step takes all rows of the series' tail up to this one.</param>
/// <param name="Rest">Points that stay in the tail, as one segment; null for none.</param>
/// <param name="DuplicateCount">Points that had been counted twice.</param>
/// <param name="HasMore">Whether another step is worth while.</param>
internal sealed record CompactionPlan(
    SeriesKey Series,
    long LastTailNo,
    int TailRowCount,
    (int PointCount, byte[] Segment)? Rest,
    IReadOnlyList<long> Replaced,
    IReadOnlyList<NewBlock> Added,
    int DuplicateCount,
    bool HasMore)
{
    private static readonly SqlText DeleteTail = TrackingSql.Catalog["DeleteTail"];
    private static readonly SqlText DeletePyramid = TrackingSql.Catalog["DeletePyramid"];
    private static readonly SqlText DeleteBlock = TrackingSql.Catalog["DeleteBlock"];
    private static readonly SqlText AddBlock = TrackingSql.Catalog["AddBlock"];
    private static readonly SqlText AddPyramid = TrackingSql.Catalog["AddPyramid"];
    private static readonly SqlText AddTailSegment = TrackingSql.Catalog["AddTailSegment"];
    private static readonly SqlText CorrectPointCount = TrackingSql.Catalog["CorrectPointCount"];

    public async ValueTask<Result<Done>> ApplyAsync(DbSession session)
    {
        var deleted = await session.Prepare(DeleteTail)
            .Bind("run_no", Series.RunNo).Bind("key_no", Series.KeyNo).Bind("last_tail_no", LastTailNo).ExecuteAsync();
        if (deleted != TailRowCount) return Changed();
        foreach (var blockNo in Replaced)
        {
            await session.Prepare(DeletePyramid).Bind("block_no", blockNo).ExecuteAsync();
            if (await session.Prepare(DeleteBlock).Bind("block_no", blockNo).ExecuteAsync() != 1) return Changed();
        }

        foreach (var block in Added) await AddAsync(session, block);
        if (Rest is var (pointCount, segment))
            await session.Prepare(AddTailSegment)
                .Bind("run_no", Series.RunNo).Bind("key_no", Series.KeyNo).Bind("point_count", (long)pointCount).Bind("points", segment)
                .ExecuteAsync();
        if (DuplicateCount > 0)
            await session.Prepare(CorrectPointCount)
                .Bind("excess", (long)DuplicateCount).Bind("run_no", Series.RunNo).Bind("key_no", Series.KeyNo).ExecuteAsync();
        return Done.Value;
    }

    private async ValueTask AddAsync(DbSession session, NewBlock block)
    {
        var blockNo = await session.Prepare(AddBlock)
            .Bind("run_no", Series.RunNo).Bind("key_no", Series.KeyNo)
            .Bind("first_step", block.First.Step).Bind("first_ms", block.First.TimestampMs).Bind("first_order", block.First.Order)
            .Bind("last_step", block.Last.Step).Bind("last_ms", block.Last.TimestampMs).Bind("last_order", block.Last.Order)
            .Bind("low_ms", block.LowMs).Bind("high_ms", block.HighMs)
            .Bind("point_count", (long)block.PointCount).Bind("points", block.Points)
            .LongAsync();
        Invariant.That(blockNo is not null);
        await session.Prepare(AddPyramid)
            .Bind("block_no", blockNo.Value).Bind("run_no", Series.RunNo).Bind("key_no", Series.KeyNo)
            .Bind("first_step", block.First.Step)
            .Bind("last_step", block.Last.Step).Bind("last_ms", block.Last.TimestampMs).Bind("last_order", block.Last.Order)
            .Bind("coarse_level", (long)block.Coarse.Level).Bind("fine_level", (long)block.Fine.Level)
            .Bind("coarse", Pyramids.PyramidCodec.Encode(block.Coarse)).Bind("fine", Pyramids.PyramidCodec.Encode(block.Fine))
            .ExecuteAsync();
    }

    private static Error Changed() => Error.Conflict("The series changed while it was being compacted.");
}
