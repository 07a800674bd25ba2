namespace Weighhouse.Serving.Batching;

/// <summary>Who waits: by urgency, and in order among equals. Not thread-safe: the batcher's lock guards it.</summary>
internal sealed class BatchQueue(bool joinsSizes)
{
    /// <summary>16 levels; what is less urgent than the last is as urgent as the last.</summary>
    public const int Levels = 16;

    /// <summary>Where requests are that say nothing: some can be more urgent, and some less.</summary>
    public const int UsualLevel = 8;

    private readonly (BatchEntry? First, BatchEntry? Last)[] _levels = new (BatchEntry?, BatchEntry?)[Levels + 1];

    public int Count { get; private set; }

    public long Rows { get; private set; }

    public static int LevelOf(int priority) => priority <= 0 ? UsualLevel : Math.Min(priority, Levels);

    public bool IsFirst(BatchEntry entry) => _levels[entry.Level].First == entry;

    public void Add(BatchEntry entry)
    {
        ref var level = ref _levels[entry.Level];
        entry.Previous = level.Last;
        if (level.Last is null) level.First = entry;
        else level.Last.Next = entry;
        level.Last = entry;
        Count++;
        Rows += entry.Rows;
    }

    public void Remove(BatchEntry entry)
    {
        ref var level = ref _levels[entry.Level];
        if (entry.Previous is null) level.First = entry.Next;
        else entry.Previous.Next = entry.Next;
        if (entry.Next is null) level.Last = entry.Previous;
        else entry.Next.Previous = entry.Previous;
        (entry.Previous, entry.Next) = (null, null);
        Count--;
        Rows -= entry.Rows;
    }

    /// <summary>The last of the least urgent, when it is less urgent than the level; otherwise null.</summary>
    public BatchEntry? LeastUrgentBelow(int level)
    {
        for (var i = Levels; i > level; i--)
            if (_levels[i].Last is { } last) return last;
        return null;
    }

    /// <summary>Who could be the next run together: the most urgent, and whoever can join it, in order.</summary>
    /// <returns>Whether no more would fit.</returns>
    public bool Gather(List<BatchEntry> into, int rowsMax)
    {
        into.Clear();
        var rows = 0;
        for (var level = 1; level <= Levels; level++)
        {
            for (var entry = _levels[level].First; entry is not null; entry = entry.Next)
            {
                if (into.Count > 0)
                {
                    if (!CanJoin(into[0].Request, entry.Request)) continue;
                    // Later ones that would fit do not overtake it: whoever has many rows would wait for ever.
                    if (rows + entry.Rows > rowsMax) return true;
                }

                into.Add(entry);
                rows += entry.Rows;
                if (rows >= rowsMax) return true;
            }
        }

        return false;
    }

    private bool CanJoin(InferenceRequest first, InferenceRequest other)
    {
        if (joinsSizes) return true;
        for (var i = 0; i < first.Shape.Inputs.Count; i++)
            if (!first.Input(i).Shape[1..].SequenceEqual(other.Input(i).Shape[1..])) return false;
        return true;
    }
}
