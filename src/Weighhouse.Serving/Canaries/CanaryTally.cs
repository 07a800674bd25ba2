using System.Collections.Concurrent;

namespace Weighhouse.Serving.Canaries;

/// <summary>What one side of a canary does on this replica in one step. Written by every request at once.</summary>
internal sealed class ArmTally(CanaryTally canary)
{
    private long _requests, _failed, _timed, _slow;

    public void Add(bool hasFailed, long ticks)
    {
        Interlocked.Increment(ref _requests);
        if (hasFailed) Interlocked.Increment(ref _failed);
        // A failed answer is not slow besides: a candidate that hangs is found by its failures, and one that refuses at once is not fast.
        if (hasFailed || canary.SlowTicks is not (> 0 and var slow)) return;
        Interlocked.Increment(ref _timed);
        if (ticks >= slow) Interlocked.Increment(ref _slow);
    }

    public ArmCounts Read() => new(
        Interlocked.Read(ref _requests),
        Interlocked.Read(ref _failed),
        Interlocked.Read(ref _timed),
        Interlocked.Read(ref _slow),
        0,
        0);
}

/// <summary>Both sides of a canary on this replica in one step.</summary>
internal sealed class CanaryTally
{
    private long _slowTicks;

    public CanaryTally() => (Candidate, Others) = (new ArmTally(this), new ArmTally(this));

    public ArmTally Candidate { get; }

    public ArmTally Others { get; }

    /// <summary>From how many ticks an answer is slow; 0 while that is not known.</summary>
    public long SlowTicks
    {
        get => Volatile.Read(ref _slowTicks);
        set => Volatile.Write(ref _slowTicks, value);
    }
}

/// <summary>The tallies of this replica, by canary and step.</summary>
internal sealed class CanaryTallies
{
    private readonly ConcurrentDictionary<(long Canary, int Step), CanaryTally> _tallies = new();

    public CanaryTally Of(long canary, int step) => _tallies.GetOrAdd((canary, step), static _ => new CanaryTally());

    public IEnumerable<(int Step, CanaryTally Tally)> Of(long canary) => _tallies
        .Where(entry => entry.Key.Canary == canary).Select(static entry => (entry.Key.Step, entry.Value));

    /// <summary>Keeps only what these canaries did.</summary>
    public void KeepOnly(IReadOnlySet<long> canaries)
    {
        foreach (var key in _tallies.Keys)
            if (!canaries.Contains(key.Canary)) _tallies.TryRemove(key, out _);
    }
}
