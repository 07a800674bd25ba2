using Weighhouse.Kernel;
using Weighhouse.Serving.Loading;

namespace Weighhouse.Serving.Batching;

/// <summary>
/// Gathers the requests for a version into runs. Whoever comes looks whether a run is due; a timer looks for whoever has waited long
/// enough; and who has ended a run looks for the next one. A lock guards the queue and the states of requests, and nothing runs in it.
/// </summary>
internal sealed class Batcher : IDisposable
{
    private readonly BatchPolicy _policy;
    private readonly BatchParts _parts;
    private readonly BatchRunner _runner;
    private readonly VersionCounters _counters;
    private readonly Lock _gate = new();
    private readonly BatchQueue _queue;
    private readonly List<BatchEntry> _gathered = [];
    private readonly TurnShare _share = new();
    private readonly DelayController? _controller;
    private readonly ITimer _timer;
    private readonly long _ticksPerMs;
    private readonly int _rowsToLook;
    private readonly int _runnersMax;
    private int _runners;
    private bool _isClosed;

    public Batcher(BatchPolicy policy, BatchParts parts, LoadedVersion version)
    {
        (_policy, _parts, _counters) = (policy, parts, version.Counters);
        _runner = new BatchRunner(policy, parts, version, _gate);
        _queue = new BatchQueue(policy.PadVariable);
        _controller = policy.ObjectiveMs is { } objective ? new DelayController(objective, policy.DelayMs) : null;
        _timer = parts.Time.CreateTimer(
            static state => ((Batcher)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _ticksPerMs = Math.Max(1, parts.Time.TimestampFrequency / 1_000);
        _runnersMax = version.RunsAtOnceMax > 0 ? Math.Min(version.RunsAtOnceMax, parts.RunsAtOnce) : parts.RunsAtOnce;
        _rowsToLook = policy.PreferredRows is [var least, ..] ? least : policy.RowsMax;
    }

    public BatchPolicy Policy => _policy;

    private int DelayMs => _controller?.DelayMs ?? _policy.DelayMs;

    /// <summary>The answer of the request's own rows, once it has had its run.</summary>
    public ValueTask<Result<InferenceReply>> RunAsync(
        InferenceRequest request, int rows, PredictionId id, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var entry = new BatchEntry(this, request, id, rows, BatchQueue.LevelOf(request.Priority), _counters.Now, cancellation);
        entry.Watch();
        BatchEntry? turnedAway = null;
        bool begins;
        lock (_gate)
        {
            if (entry.State is EntryState.Finished) return entry.Task;
            if (_queue.Count >= _policy.QueueMax)
            {
                turnedAway = _queue.LeastUrgentBelow(entry.Level) ?? entry;
                if (turnedAway != entry) _queue.Remove(turnedAway);
                turnedAway.State = EntryState.Finished;
            }

            if (turnedAway != entry) _queue.Add(entry);
            begins = BeginsLocked(turnedAway != entry && NeedsLook(entry));
        }

        if (turnedAway is not null)
        {
            _parts.Metrics.Shed(request.Version, "full");
            turnedAway.Finish(Full(request.Version));
        }

        if (begins) Begin();
        return entry.Task;
    }

    /// <summary>Its sender does not want the answer any more: now if nobody reads its tensors, otherwise as soon as nobody does.</summary>
    public void Leave(BatchEntry entry)
    {
        BatchRun? unwanted = null;
        lock (_gate)
        {
            switch (entry.State)
            {
                case EntryState.Finished:
                    return;
                case EntryState.Taken:
                    entry.Leaves = true;
                    return;
                case EntryState.Waiting:
                    if (IsQueued(entry)) _queue.Remove(entry);
                    break;
                case EntryState.Copied:
                    if (--entry.Run!.Wanted == 0) unwanted = entry.Run;
                    break;
            }

            entry.State = EntryState.Finished;
        }

        // First: whatever the run does meanwhile, its sender is answered.
        entry.Cancel();
        unwanted?.Stop();
    }

    /// <summary>Nobody joins any more, and who waits has waited long enough.</summary>
    public void Dispose()
    {
        lock (_gate) _isClosed = true;
        _timer.Dispose();
        Look();
    }

    private void Look()
    {
        bool begins;
        lock (_gate) begins = BeginsLocked(looks: true);
        if (begins) Begin();
    }

    /// <summary>Whether this one can change what is due: it is the first, fills a run, is more urgent, or has a deadline.</summary>
    private bool NeedsLook(BatchEntry entry) =>
        _isClosed || _queue.Count == 1 || _queue.Rows >= _rowsToLook || DelayMs == 0 || entry.Request.Deadline is not null
        || entry.Level < BatchQueue.UsualLevel;

    private bool IsQueued(BatchEntry entry) => entry.Previous is not null || entry.Next is not null || _queue.IsFirst(entry);

    private bool BeginsLocked(bool looks)
    {
        if (!looks || _runners >= _runnersMax || _queue.Count == 0) return false;
        if (!IsDueLocked(_counters.Now)) return false;
        _runners++;
        return true;
    }

    private void Begin() => ThreadPool.UnsafeQueueUserWorkItem(static batcher => _ = batcher.RunAllAsync(), this, preferLocal: false);

    /// <summary>Gathers the next run; when it is not due yet, sets the timer to when it is.</summary>
    private bool IsDueLocked(long now)
    {
        var isFull = _queue.Gather(_gathered, _policy.RowsMax);
        if (_gathered.Count == 0) return false;
        if (isFull || _isClosed || DelayMs == 0 || TrimToPreferred()) return true;
        var due = DueLocked();
        if (due <= now) return true;
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, (due - now + _ticksPerMs - 1) / _ticksPerMs)), Timeout.InfiniteTimeSpan);
        return false;
    }

    /// <summary>When the first of those gathered has waited long enough, or would be late if it waited longer.</summary>
    private long DueLocked()
    {
        var due = long.MaxValue;
        foreach (var entry in _gathered)
        {
            due = Math.Min(due, entry.Began + DelayMs * _ticksPerMs);
            if (entry.Request.Deadline is { } deadline) due = Math.Min(due, deadline - _runner.UsualTicks);
        }

        return due;
    }

    /// <summary>The most requests in order that make a preferred size.</summary>
    private bool TrimToPreferred()
    {
        if (_policy.PreferredRows is not { Count: > 0 } preferred) return false;
        var (rows, count) = (0, 0);
        for (var i = 0; i < _gathered.Count; i++)
        {
            rows += _gathered[i].Rows;
            if (preferred.Contains(rows)) count = i + 1;
        }

        if (count == 0) return false;
        _gathered.RemoveRange(count, _gathered.Count - count);
        return true;
    }

    private async Task RunAllAsync()
    {
        while (true)
        {
            await _parts.Turns.TakeAsync(_share);
            var began = _counters.Now;
            try
            {
                using var run = Take(out var late);
                foreach (var entry in late)
                {
                    _parts.Metrics.Shed(entry.Request.Version, "deadline");
                    entry.Finish(Late(entry.Request.Version));
                }

                if (run is not null) await _runner.RunAsync(run);
                else if (late.Count == 0) return;
                if (run is not null) Learn(run);
            }
            finally
            {
                _parts.Turns.Give(_share, _counters.Now - began);
            }
        }
    }

    private void Learn(BatchRun run)
    {
        if (_controller is null) return;
        var latencies = _runner.Latencies(run);
        lock (_gate) _controller.Ran(latencies);
    }

    /// <summary>The next run, and those whose time is over; neither when there is nothing to do, and then this runner has ended.</summary>
    private BatchRun? Take(out List<BatchEntry> late)
    {
        late = [];
        lock (_gate)
        {
            var now = _counters.Now;
            if (_queue.Count == 0 || !IsDueLocked(now))
            {
                _runners--;
                return null;
            }

            var taken = new List<BatchEntry>(_gathered.Count);
            foreach (var entry in _gathered)
            {
                _queue.Remove(entry);
                var isLate = entry.Request.Deadline < now
                    || (_policy.TimeoutMs > 0 && now - entry.Began > _policy.TimeoutMs * _ticksPerMs);
                entry.State = isLate ? EntryState.Finished : EntryState.Taken;
                (isLate ? late : taken).Add(entry);
            }

            if (taken.Count == 0) return null;
            var run = new BatchRun([.. taken]);
            foreach (var entry in taken) entry.Run = run;
            return run;
        }
    }

    private Error Full(ServedVersion version) => new(
        ErrorCode.LimitExceeded,
        $"{_policy.QueueMax} requests wait for '{version.Deployment}' version {version.Version} already. Ask again in a moment.")
    {
        RetryAfter = _parts.RetryAfter,
    };

    private static Error Late(ServedVersion version) => new(
        ErrorCode.Unavailable,
        $"The time of the request was over before '{version.Deployment}' version {version.Version} could run. Allow more time, or ask less "
        + "at once.",
        "deadline");
}
