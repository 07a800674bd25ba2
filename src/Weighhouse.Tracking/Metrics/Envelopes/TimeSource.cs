using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Metrics.Compaction;
using Weighhouse.Tracking.Metrics.Reading;
using Weighhouse.Tracking.Metrics.Segments;

namespace Weighhouse.Tracking.Metrics.Envelopes;

/// <summary>
/// A series along its times, less an offset. Blocks are sorted by step, so this axis reads the points of every block in range.
/// </summary>
internal sealed class TimeSource(SeriesKey series, long offsetMs) : IEnvelopeSource
{
    private static readonly SqlText ListBlockTimes = TrackingSql.Catalog["ListBlockTimes"];

    private readonly PointBuffer _tail = new();
    private List<BlockTimes> _blocks = [];

    public async ValueTask<Error?> LoadAsync(DbSession session, long? from, long? to)
    {
        _blocks = await session.Prepare(ListBlockTimes).Bind("run_no", series.RunNo).Bind("key_no", series.KeyNo)
            .Bind("from_ms", from is { } first ? Saturated(first) : long.MinValue)
            .Bind("to_ms", to is { } last ? Saturated(last) : long.MaxValue)
            .ListAsync(static row => new BlockTimes(row.Long(0), row.Long(1), row.Long(2)));
        var taken = await StoredPoints.ReadTailAsync(session, series, _tail);
        if (taken.IsFailure) return taken.Error;
        _tail.SortDistinct(PointOrder.ByTime);
        return null;
    }

    public (long First, long Last)? Extent
    {
        get
        {
            (long First, long Last)? extent = _tail.Count == 0 ? null : (_tail.Points[0].TimestampMs, _tail.Points[^1].TimestampMs);
            foreach (var block in _blocks)
                extent = extent is var (first, last)
                    ? (Math.Min(first, block.LowMs), Math.Max(last, block.HighMs))
                    : (block.LowMs, block.HighMs);
            return extent is var (low, high) ? (low - offsetMs, high - offsetMs) : null;
        }
    }

    public async ValueTask<Error?> FoldAsync(DbSession session, EnvelopeGrid grid, EnvelopeScratch scratch)
    {
        using var points = new PointBuffer();
        foreach (var block in _blocks)
        {
            if (block.LowMs - offsetMs > grid.To || block.HighMs - offsetMs < grid.From) continue;
            points.Clear();
            if (await StoredPoints.ReadBlockAsync(session, block.BlockNo, points) is { } error) return error;
            scratch.AddByTimes(points.Points, offsetMs, grid);
        }

        scratch.AddByTimes(_tail.Points, offsetMs, grid);
        return null;
    }

    public void Dispose() => _tail.Dispose();

    private long Saturated(long x) => (long)Int128.Clamp((Int128)x + offsetMs, long.MinValue, long.MaxValue);

    private readonly record struct BlockTimes(long BlockNo, long LowMs, long HighMs);
}
