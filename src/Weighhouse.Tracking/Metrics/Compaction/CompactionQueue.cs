using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Weighhouse.Tracking.Metrics.Compaction;

/// <summary>
/// Which series have a tail long enough to be worth folding, as far as this process has seen. Losing count is harmless: a scan of the
/// tail at start and now and then finds what was missed.
/// </summary>
internal sealed class CompactionQueue(TrackingOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SeriesKey, Tail> _tails = [];
    private readonly Queue<SeriesKey> _ready = [];
    private readonly Channel<bool> _signal =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private bool _lostCount;

    /// <summary>Another segment has joined the series' tail.</summary>
    public void Note(SeriesKey series, int pointCount)
    {
        var isReady = false;
        lock (_lock)
        {
            if (_tails.Count >= options.CompactionSeriesMax && !_tails.ContainsKey(series))
            {
                _lostCount = true;
                return;
            }

            ref var tail = ref CollectionsMarshal.GetValueRefOrAddDefault(_tails, series, out _);
            tail = tail with { Segments = tail.Segments + 1, Points = tail.Points + pointCount };
            if (!tail.IsQueued && (tail.Segments >= options.CompactionSegments || tail.Points >= options.CompactionPoints))
            {
                tail = tail with { IsQueued = true };
                _ready.Enqueue(series);
                isReady = true;
            }
        }

        if (isReady) _signal.Writer.TryWrite(true);
    }

    /// <summary>Queues a series whatever its tail; false when the queue is full.</summary>
    public bool Add(SeriesKey series)
    {
        lock (_lock)
        {
            if (_ready.Count >= options.CompactionSeriesMax) return false;
            ref var tail = ref CollectionsMarshal.GetValueRefOrAddDefault(_tails, series, out _);
            if (tail.IsQueued) return true;
            tail = tail with { IsQueued = true };
            _ready.Enqueue(series);
        }

        _signal.Writer.TryWrite(true);
        return true;
    }

    /// <summary>The next series; its count starts again at nothing.</summary>
    public bool TryTake(out SeriesKey series)
    {
        lock (_lock)
        {
            if (!_ready.TryDequeue(out series)) return false;
            _tails.Remove(series);
            return true;
        }
    }

    /// <summary>Whether series went uncounted since the last call: the tail must be scanned.</summary>
    public bool TakeLostCount()
    {
        lock (_lock)
        {
            var lost = _lostCount;
            if (lost) _tails.Clear();
            if (lost) _ready.Clear();
            _lostCount = false;
            return lost;
        }
    }

    /// <summary>Completes when there may be something to take.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellation) => _signal.Reader.ReadAsync(cancellation);

    private readonly record struct Tail(int Segments, int Points, bool IsQueued);
}
