namespace Weighhouse.TestKit;

/// <summary>A clock that stands until it is moved, and then fires the timers that came due, in their order.</summary>
public sealed class ManualTime : TimeProvider
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private TimeSpan _elapsed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Whether a timer fires when the clock is moved by so much.</summary>
    public bool IsAnyDueWithin(TimeSpan time)
    {
        lock (_gate) return _timers.Exists(timer => timer.DueAt <= _elapsed + time);
    }

    public override DateTimeOffset GetUtcNow() => Begin + Elapsed();

    public override long GetTimestamp() => Elapsed().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        lock (_gate) _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan time)
    {
        TimeSpan end;
        lock (_gate) end = _elapsed + time;
        while (TakeDue(end) is { } timer) timer.Fire();
    }

    private TimeSpan Elapsed()
    {
        lock (_gate) return _elapsed;
    }

    /// <summary>The next timer that is due until then, and the clock is at its instant; null for none, and it is at the end.</summary>
    private ManualTimer? TakeDue(TimeSpan end)
    {
        lock (_gate)
        {
            var next = _timers.Where(timer => timer.DueAt <= end).MinBy(static timer => timer.DueAt);
            var now = next?.DueAt ?? end;
            if (now > _elapsed) _elapsed = now;
            if (next is not null) next.DueAt = next.Period > TimeSpan.Zero ? next.DueAt + next.Period : null;
            return next;
        }
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan? DueAt { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            bool isDue;
            lock (time._gate)
            {
                if (!time._timers.Contains(this)) return false;
                Period = period;
                isDue = dueTime == TimeSpan.Zero;
                DueAt = dueTime == Timeout.InfiniteTimeSpan ? null : time._elapsed + dueTime;
                if (isDue) DueAt = period > TimeSpan.Zero ? time._elapsed + period : null;
            }

            if (isDue) ThreadPool.UnsafeQueueUserWorkItem(static timer => timer.Fire(), this, preferLocal: false);
            return true;
        }

        public void Dispose()
        {
            lock (time._gate) time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
