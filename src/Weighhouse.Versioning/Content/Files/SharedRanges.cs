using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Content.Files;

/// <summary>The same bytes in two versions of a file.</summary>
internal readonly record struct SharedRange(long OldBytes, long NewBytes, long LengthBytes);

/// <summary>
/// Where two versions hold the same, front to back in both, as far as their pieces tell. Not all there is: enough that what was neither
/// changed nor moved is found.
/// </summary>
internal static class SharedRanges
{
    public static List<SharedRange> Of(ChunkMap? old, ChunkMap? current)
    {
        if (old is null || current is null) return [];
        var pairs = InOrder(Unique(old, current));
        var ranges = new List<SharedRange>();
        var (oldNext, newNext) = (0, 0);
        foreach (var (oldIndex, newIndex) in pairs)
        {
            if (oldIndex < oldNext || newIndex < newNext) continue;
            var (first, firstNew) = (oldIndex, newIndex);
            // Pieces that occur more than once belong to what is beside them.
            while (first > oldNext && firstNew > newNext && old[first - 1] == current[firstNew - 1])
                (first, firstNew) = (first - 1, firstNew - 1);
            var (end, endNew) = (oldIndex + 1, newIndex + 1);
            while (end < old.Count && endNew < current.Count && old[end] == current[endNew]) (end, endNew) = (end + 1, endNew + 1);
            var start = old.StartOf(first);
            ranges.Add(new SharedRange(start, current.StartOf(firstNew), old.StartOf(end - 1) + old[end - 1].LengthBytes - start));
            (oldNext, newNext) = (end, endNew);
        }

        return ranges;
    }

    /// <summary>Pieces that occur once in both, in the order of the newer version.</summary>
    private static List<(int Old, int New)> Unique(ChunkMap old, ChunkMap current)
    {
        const int Repeated = -1;
        var places = new Dictionary<Digest, int>(old.Count);
        for (var i = 0; i < old.Count; i++)
            if (!places.TryAdd(old[i].Id, i)) places[old[i].Id] = Repeated;
        var met = new Dictionary<Digest, int>();
        for (var i = 0; i < current.Count; i++)
        {
            if (places.GetValueOrDefault(current[i].Id, Repeated) == Repeated) continue;
            if (!met.TryAdd(current[i].Id, i)) met[current[i].Id] = Repeated;
        }

        return
        [
            .. met.Where(static one => one.Value != Repeated)
                .Select(one => (places[one.Key], one.Value))
                .OrderBy(static pair => pair.Value),
        ];
    }

    /// <summary>The longest choice of pairs that goes forward in the older version too.</summary>
    private static List<(int Old, int New)> InOrder(List<(int Old, int New)> pairs)
    {
        // For each length the pair that ends a row of that length earliest, and for each pair the one before it.
        var (ends, before) = (new List<int>(), new int[pairs.Count]);
        for (var i = 0; i < pairs.Count; i++)
        {
            var (low, high) = (0, ends.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (pairs[ends[middle]].Old < pairs[i].Old) low = middle + 1;
                else high = middle;
            }

            before[i] = low == 0 ? -1 : ends[low - 1];
            if (low == ends.Count) ends.Add(i);
            else ends[low] = i;
        }

        var row = new List<(int Old, int New)>();
        for (var i = ends.Count == 0 ? -1 : ends[^1]; i >= 0; i = before[i]) row.Add(pairs[i]);
        row.Reverse();
        return row;
    }
}
