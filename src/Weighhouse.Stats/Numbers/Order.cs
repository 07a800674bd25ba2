using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>Orders, ranks and quantiles, with equal values treated as equal.</summary>
public static class Order
{
    /// <summary>The positions from the largest value to the smallest; equal values keep their order.</summary>
    public static int[] Descending(ReadOnlySpan<double> values)
    {
        var keys = new double[values.Length];
        for (var at = 0; at < keys.Length; at++) keys[at] = -values[at];
        return Sorted(keys);
    }

    /// <summary>The positions from the smallest value to the largest; equal values keep their order.</summary>
    public static int[] Ascending(ReadOnlySpan<double> values) => Sorted(values.ToArray());

    /// <summary>Ranks from 1; equal values share the mean of theirs.</summary>
    public static double[] MidRanks(ReadOnlySpan<double> values)
    {
        var keys = values.ToArray();
        var order = Sorted(keys);
        var ranks = new double[values.Length];
        for (var first = 0; first < keys.Length;)
        {
            var end = EndOfTie(keys, first);
            for (var at = first; at < end; at++) ranks[order[at]] = (first + 1 + end) / 2.0;
            first = end;
        }

        return ranks;
    }

    public static double[] SortedCopy(ReadOnlySpan<double> values)
    {
        var copy = values.ToArray();
        Array.Sort(copy);
        return copy;
    }

    /// <summary>The quantile between neighbours in proportion, as NumPy's default does. The values are sorted and not empty.</summary>
    public static double Quantile(ReadOnlySpan<double> sorted, double share)
    {
        Invariant.That(sorted.Length > 0 && share is >= 0 and <= 1);
        var place = share * (sorted.Length - 1);
        var below = (int)Math.Floor(place);
        if (below + 1 >= sorted.Length) return sorted[^1];
        var (low, high, weight) = (sorted[below], sorted[below + 1], place - below);
        if (low == high) return low;
        // From the nearer end, so that a weight of 1 is exactly the upper value.
        return weight >= 0.5 ? high - (high - low) * (1 - weight) : low + (high - low) * weight;
    }

    public static double Median(ReadOnlySpan<double> values)
    {
        var sorted = SortedCopy(values);
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>The position of the first NaN, which has no place in any order; -1 when there is none.</summary>
    internal static int FirstNaN(ReadOnlySpan<double> values)
    {
        for (var at = 0; at < values.Length; at++)
            if (double.IsNaN(values[at])) return at;
        return -1;
    }

    /// <summary>How many of the sorted values are smaller than the limit.</summary>
    public static int CountBelow(ReadOnlySpan<double> sorted, double limit)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (sorted[middle] < limit) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>How many of the sorted values are not larger than the limit.</summary>
    public static int CountUpTo(ReadOnlySpan<double> sorted, double limit)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (sorted[middle] <= limit) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    internal static int EndOfTie(ReadOnlySpan<double> sorted, int first)
    {
        var end = first + 1;
        while (end < sorted.Length && sorted[end] == sorted[first]) end++;
        return end;
    }

    /// <summary>Sorts the keys and says where each came from, equal keys in their old order.</summary>
    private static int[] Sorted(double[] keys)
    {
        var order = new int[keys.Length];
        for (var at = 0; at < order.Length; at++) order[at] = at;
        Array.Sort(keys, order);
        for (var first = 0; first < keys.Length;)
        {
            var end = EndOfTie(keys, first);
            if (end - first > 1) order.AsSpan(first, end - first).Sort();
            first = end;
        }

        return order;
    }
}
