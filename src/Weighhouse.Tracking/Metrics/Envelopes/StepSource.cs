using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Metrics.Compaction;
using Weighhouse.Tracking.Metrics.Pyramids;
using Weighhouse.Tracking.Metrics.Reading;
using Weighhouse.Tracking.Metrics.Segments;

namespace Weighhouse.Tracking.Metrics.Envelopes;

/// <summary>
/// A series along its steps. A block answers from its coarse pyramid when the buckets asked for are wide enough, else from its fine one,
/// and gives up its points only where a bucket or an end of the range cuts through what the pyramid holds together.
/// </summary>
internal sealed class StepSource(SeriesKey series) : IEnvelopeSource
{
    private static readonly SqlText ListCoarsePyramids = TrackingSql.Catalog["ListCoarsePyramids"];
    private static readonly SqlText ListFinePyramids = TrackingSql.Catalog["ListFinePyramids"];

    private readonly PointBuffer _tail = new();
    private readonly List<Block> _blocks = [];

    public async ValueTask<Error?> LoadAsync(DbSession session, long? from, long? to)
    {
        var (low, high) = (from ?? long.MinValue, to ?? long.MaxValue);
        Error? error = null;
        await Bind(session, ListCoarsePyramids).Bind("from_step", low).Bind("to_step", high).ForEachAsync(row =>
        {
            row.Bytes(7, bytes =>
            {
                if (!PyramidCodec.Decode(bytes).TryGet(out var coarse, out error)) return;
                var last = new PointPosition(row.Long(2), row.Long(3), row.Long(4));
                _blocks.Add(new Block(row.Long(0), row.Long(1), last, (int)row.Long(6), coarse));
            });
            return error is null;
        });
        if (error is not null) return error;
        var taken = await StoredPoints.ReadTailAsync(session, series, _tail);
        if (taken.IsFailure) return taken.Error;
        _tail.SortDistinct(PointOrder.ByStep);
        return null;
    }

    public (long First, long Last)? Extent
    {
        get
        {
            (long First, long Last)? extent = _tail.Count == 0 ? null : (_tail.Points[0].Step, _tail.Points[^1].Step);
            foreach (var block in _blocks)
                extent = extent is var (first, last)
                    ? (Math.Min(first, block.FirstStep), Math.Max(last, block.Last.Step))
                    : (block.FirstStep, block.Last.Step);
            return extent;
        }
    }

    public async ValueTask<Error?> FoldAsync(DbSession session, EnvelopeGrid grid, EnvelopeScratch scratch)
    {
        var (needsFine, needsPoints) = (false, new List<long>());
        foreach (var block in _blocks)
        {
            if (block.FirstStep > grid.To || block.Last.Step < grid.From) continue;
            if (block.FineLevel > grid.Level || block.FirstStep < grid.From || block.Last.Step > grid.To)
            {
                needsPoints.Add(block.BlockNo);
                continue;
            }

            scratch.OfferLast(block.Last, block.Last.Step);
            if (block.Coarse.Level <= grid.Level) scratch.Add(block.Coarse, grid);
            else needsFine = true;
        }

        if (needsFine && await AddFineAsync(session, grid, scratch) is { } error) return error;
        if (needsPoints.Count > 0 && await AddPointsAsync(session, needsPoints, grid, scratch) is { } failure) return failure;
        scratch.AddBySteps(_tail.Points, grid);
        return null;
    }

    public void Dispose() => _tail.Dispose();

    private async ValueTask<Error?> AddFineAsync(DbSession session, EnvelopeGrid grid, EnvelopeScratch scratch)
    {
        Error? error = null;
        // The statement's conditions are those of FoldAsync.
        await Bind(session, ListFinePyramids).Bind("from_step", grid.From).Bind("to_step", grid.To).Bind("level", (long)grid.Level)
            .ForEachAsync(row =>
            {
                row.Bytes(0, bytes =>
                {
                    if (PyramidCodec.Decode(bytes).TryGet(out var fine, out error)) scratch.Add(fine, grid);
                });
                return error is null;
            });
        return error;
    }

    private static async ValueTask<Error?> AddPointsAsync(DbSession session, List<long> blocks, EnvelopeGrid grid, EnvelopeScratch scratch)
    {
        using var points = new PointBuffer();
        foreach (var blockNo in blocks)
        {
            points.Clear();
            if (await StoredPoints.ReadBlockAsync(session, blockNo, points) is { } error) return error;
            scratch.AddBySteps(points.Points, grid);
        }

        return null;
    }

    private DbStatement Bind(DbSession session, SqlText sql) =>
        session.Prepare(sql).Bind("run_no", series.RunNo).Bind("key_no", series.KeyNo);

    private sealed record Block(long BlockNo, long FirstStep, PointPosition Last, int FineLevel, Pyramid Coarse);
}
