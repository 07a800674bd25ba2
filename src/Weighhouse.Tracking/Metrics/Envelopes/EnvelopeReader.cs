using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Keys;
using Weighhouse.Tracking.Runs;

namespace Weighhouse.Tracking.Metrics.Envelopes;

/// <summary>Answers a chart with one frame: the narrowest common buckets that fit the counts of buckets and bytes.</summary>
internal sealed class EnvelopeReader(IDatabase database, KeyDictionary keys, TrackingOptions options)
{
    public const int BucketsMax = 4_096;

    /// <summary>Below four buckets a range across 0 cannot be cut; see docs/formats/envelope.md.</summary>
    private const int BucketsExtra = 4;

    public async ValueTask<Result<byte[]>> ReadAsync(Principal caller, EnvelopeQuery query, CancellationToken cancellation)
    {
        if (Refuse(query) is { } refusal) return refusal;
        return await database.ReadAsync(session => ReadAsync(session, caller, query), cancellation);
    }

    private Error? Refuse(EnvelopeQuery query)
    {
        if (query.Series.Count is 0 || query.Series.Count > options.EnvelopeSeriesMax)
            return Error.Invalid($"A chart of {query.Series.Count} series; ask for 1 to {options.EnvelopeSeriesMax}.", "series");
        if (query.Buckets is < 1 or > BucketsMax)
            return Error.Invalid($"buckets is {query.Buckets}; it must be from 1 to {BucketsMax}.", "buckets");
        if (query.From > query.To) return Error.Invalid($"from is {query.From} and to is {query.To}; from must not be after to.", "from");
        return Enum.IsDefined(query.Axis) ? null : Error.Invalid("axis is unknown; it is step, wall or relative.", "axis");
    }

    private async ValueTask<Result<byte[]>> ReadAsync(DbSession session, Principal caller, EnvelopeQuery query)
    {
        var opened = await OpenAsync(session, caller, query);
        if (!opened.TryGet(out var sources, out var error)) return error;
        try
        {
            foreach (var source in sources)
                if (await source.LoadAsync(session, query.From, query.To) is { } failure) return failure;
            return await FoldAsync(session, query, sources);
        }
        finally
        {
            foreach (var source in sources) source.Dispose();
        }
    }

    private async ValueTask<Result<List<IEnvelopeSource>>> OpenAsync(DbSession session, Principal caller, EnvelopeQuery query)
    {
        var handles = new Dictionary<RunId, RunHandle>();
        var sources = new List<IEnvelopeSource>(query.Series.Count);
        foreach (var (run, key) in query.Series)
        {
            if (!handles.TryGetValue(run, out var handle))
            {
                var found = await RunHandle.FindAsync(session, caller, run, Permission.View);
                if (!found.TryGet(out handle, out var error)) return error;
                handles.Add(run, handle);
            }

            sources.Add(await keys.FindAsync(session, key) is { } keyNo ? Open(query.Axis, handle, keyNo) : new EmptySource());
        }

        return sources;
    }

    private static IEnvelopeSource Open(EnvelopeAxis axis, RunHandle run, long keyNo)
    {
        var series = new SeriesKey(run.RunNo, keyNo);
        return axis switch
        {
            EnvelopeAxis.Step => new StepSource(series),
            EnvelopeAxis.WallTimeMs => new TimeSource(series, 0),
            EnvelopeAxis.RelativeTimeMs => new TimeSource(series, run.StartMs),
            _ => Invariant.Unreachable<IEnvelopeSource>(axis),
        };
    }

    private async ValueTask<Result<byte[]>> FoldAsync(DbSession session, EnvelopeQuery query, List<IEnvelopeSource> sources)
    {
        var grid = Range(query, sources) is var (from, to) ? EnvelopeGrid.For(from, to, query.Buckets) : EnvelopeGrid.Empty;
        var folded = new List<EnvelopeSeries>(sources.Count);
        using var scratch = new EnvelopeScratch(Math.Max(query.Buckets, BucketsExtra));
        foreach (var source in sources)
        {
            scratch.Clear(grid);
            if (grid.BucketCount > 0 && await source.FoldAsync(session, grid, scratch) is { } error) return error;
            folded.Add(EnvelopeSeries.Of(scratch, grid));
            // Series to come can only add bytes, so a width that is too narrow already stays so.
            while (EnvelopeFrame.ByteCount(grid, folded) > options.EnvelopeBytesMax && grid.Level < EnvelopeGrid.LevelMax)
            {
                grid = grid.Coarser();
                foreach (var series in folded) series.Coarsen(1);
            }
        }

        return EnvelopeFrame.Write(query.Axis, grid, folded);
    }

    /// <summary>The range asked for, cut to where there are points; null when there is nothing in it.</summary>
    private static (long From, long To)? Range(EnvelopeQuery query, List<IEnvelopeSource> sources)
    {
        (long From, long To)? range = null;
        foreach (var source in sources)
        {
            if (source.Extent is not var (first, last)) continue;
            first = Math.Max(first, query.From ?? first);
            last = Math.Min(last, query.To ?? last);
            if (first > last) continue;
            range = range is var (from, to) ? (Math.Min(from, first), Math.Max(to, last)) : (first, last);
        }

        return range;
    }
}
