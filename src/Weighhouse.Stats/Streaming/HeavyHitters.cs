using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>
/// The most frequent values of a stream in constant memory (SpaceSaving; Metwally and others 2005; merged as Agarwal and others
/// 2012 do): a value that
/// takes more than 1/k of the stream is always there, and no count is off by more than it says.
/// </summary>
public sealed class HeavyHitters<T> where T : notnull
{
    private readonly Dictionary<T, (long Count, long Error, long Entered)> _entries = [];
    private long _clock;

    /// <param name="capacity">How many values are kept: k.</param>
    public HeavyHitters(int capacity = 64)
    {
        Invariant.That(capacity > 0);
        Capacity = capacity;
    }

    public int Capacity { get; }

    public long Total { get; private set; }

    /// <summary>From the most frequent down. The true count is at most <c>Count</c> and at least <c>Count − Error</c>.</summary>
    public IReadOnlyList<(T Value, long Count, long Error)> Entries =>
        [.. _entries.OrderByDescending(entry => entry.Value.Count).ThenBy(entry => entry.Value.Entered)
            .Select(entry => (entry.Key, entry.Value.Count, entry.Value.Error))];

    /// <summary>What a value that is not kept may have been counted at most.</summary>
    public long LargestMissed => _entries.Count < Capacity ? 0 : _entries.Values.Min(entry => entry.Count);

    public void Add(T value, long times = 1)
    {
        Invariant.That(times > 0);
        Total += times;
        if (_entries.TryGetValue(value, out var known)) _entries[value] = known with { Count = known.Count + times };
        else if (_entries.Count < Capacity) _entries[value] = (times, 0, _clock++);
        else
        {
            // The least one makes room, of equal ones the oldest; the newcomer may have been counted as often before.
            var (least, entry) = _entries.MinBy(candidate => (candidate.Value.Count, candidate.Value.Entered));
            _entries.Remove(least);
            _entries[value] = (entry.Count + times, entry.Count, _clock++);
        }
    }

    /// <summary>Joins two summaries: the bounds still hold, for the two streams together.</summary>
    public void Add(HeavyHitters<T> other)
    {
        Invariant.That(other.Capacity == Capacity);
        var (missedHere, missedThere) = (LargestMissed, other.LargestMissed);
        var joined = new Dictionary<T, (long Count, long Error, long Entered)>();
        foreach (var (value, entry) in _entries)
            joined[value] = other._entries.TryGetValue(value, out var same)
                ? (entry.Count + same.Count, entry.Error + same.Error, 0)
                : (entry.Count + missedThere, entry.Error + missedThere, 0);
        foreach (var (value, entry) in other._entries)
            if (!_entries.ContainsKey(value)) joined[value] = (entry.Count + missedHere, entry.Error + missedHere, 0);
        _entries.Clear();
        foreach (var (value, entry) in joined.OrderByDescending(entry => entry.Value.Count).Take(Capacity))
            _entries[value] = entry with { Entered = _clock++ };
        Total += other.Total;
    }
}
