using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Events;

/// <summary>
/// One watcher. What happens while it is busy is folded together, run by run, so that a slow watcher costs a bounded amount and still
/// learns what changed.
/// </summary>
internal sealed class EventSubscription(TrackingOptions options, TimeProvider time)
{
    /// <summary>A run with more changed keys than this is one that changed "in general": its event names no key.</summary>
    private const int KeysMax = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<RunId, Pending> _pending = [];
    private readonly Channel<bool> _signal =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private bool _lost;

    public void Offer(RunEvent happened)
    {
        lock (_lock)
        {
            if (_pending.TryGetValue(happened.Run, out var pending)) pending.Add(happened);
            else if (_pending.Count < options.EventRunsMax) _pending.Add(happened.Run, new Pending(happened));
            else _lost = true;
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>What happened, in rounds no closer together than the interval: a page needs no more, and a busy run has more.</summary>
    public async IAsyncEnumerable<RunEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (await WaitAsync(cancellation))
        {
            foreach (var happened in Take()) yield return happened;
            await Task.Delay(options.EventInterval, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private List<RunEvent> Take()
    {
        lock (_lock)
        {
            var taken = new List<RunEvent>(_pending.Count + 1);
            foreach (var (run, pending) in _pending) taken.Add(pending.ToEvent(run));
            if (_lost) taken.Add(RunEvent.Lost);
            _pending.Clear();
            _lost = false;
            return taken;
        }
    }

    private async ValueTask<bool> WaitAsync(CancellationToken cancellation)
    {
        try
        {
            return await _signal.Reader.ReadAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            // Being cancelled is how watching ends.
            return false;
        }
    }

    private sealed class Pending
    {
        private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
        private RunStatus? _status;
        private bool _isGeneral;

        public Pending(RunEvent first) => Add(first);

        public void Add(RunEvent happened)
        {
            _status = happened.Status ?? _status;
            if (happened.MetricKeys.Count == 0 && happened.Status is null) _isGeneral = true;
            for (var i = 0; i < happened.MetricKeys.Count && _keys.Count < KeysMax; i++) _keys.Add(happened.MetricKeys[i]);
            if (_keys.Count >= KeysMax) _isGeneral = true;
        }

        public RunEvent ToEvent(RunId run) => new(run, _status, _isGeneral && _keys.Count >= KeysMax ? [] : [.. _keys]);
    }
}
