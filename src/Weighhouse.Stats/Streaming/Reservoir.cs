using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>
/// An even sample of a stream of unknown length. Every value has a random key, and those with the smallest keys stay; how many values
/// come before the next small key is drawn at once (Algorithm L, Li 1994), so that most cost a subtraction. Keys make samples of
/// parts join into
/// exactly the sample of the whole, in any order.
/// </summary>
public sealed class Reservoir<T>
{
    private readonly CounterRandom _random;

    /// <summary>The largest key first: it is the next to go.</summary>
    private readonly PriorityQueue<T, double> _kept = new(Comparer<double>.Create(static (left, right) => right.CompareTo(left)));
    private long _skip;

    public Reservoir(int capacity, CounterRandom random)
    {
        Invariant.That(capacity > 0);
        (Capacity, _random) = (capacity, random);
    }

    public int Capacity { get; }

    /// <summary>How many values were offered.</summary>
    public long Seen { get; private set; }

    /// <summary>The sample with its keys, the smallest key first.</summary>
    public IReadOnlyList<(T Value, double Key)> Kept =>
        [.. _kept.UnorderedItems.Select(item => (item.Element, item.Priority)).OrderBy(item => item.Priority)];

    public void Add(T value)
    {
        Seen++;
        if (_kept.Count < Capacity)
        {
            _kept.Enqueue(value, _random.NextOpen());
            if (_kept.Count == Capacity) DrawSkip();
        }
        else if (_skip > 0) _skip--;
        else
        {
            _kept.TryPeek(out _, out var largest);
            // Given that its key is below the largest, it is even between 0 and that.
            _kept.EnqueueDequeue(value, largest * _random.NextOpen());
            DrawSkip();
        }
    }

    public void Add(Reservoir<T> other)
    {
        Invariant.That(other.Capacity == Capacity);
        Seen += other.Seen;
        foreach (var (value, key) in other._kept.UnorderedItems)
        {
            if (_kept.Count < Capacity) _kept.Enqueue(value, key);
            else _kept.EnqueueDequeue(value, key);
        }

        // The wait for the next small key knows nothing of the past, so it may be drawn anew for the smaller bound.
        if (_kept.Count == Capacity) DrawSkip();
    }

    private void DrawSkip()
    {
        _kept.TryPeek(out _, out var largest);
        var skip = Math.Floor(Math.Log(_random.NextOpen()) / Stirling.LogOnePlus(-largest));
        _skip = skip < long.MaxValue ? (long)skip : long.MaxValue;
    }
}
