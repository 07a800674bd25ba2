using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>
/// Counts of values between fixed edges, with places of their own for what is below, above and missing. Counts are whole numbers, so
/// that histograms of replicas and of hours add up exactly in any order.
/// </summary>
public sealed class FixedHistogram
{
    /// <summary>More bins than this tell no more about drift and cost memory for every feature.</summary>
    public const int BinsMax = 4096;

    /// <summary>Up to here going along all edges with eight values at once is quicker than halving for each.</summary>
    private const int VectorEdgesMax = 64;

    private readonly double[] _edges;
    private readonly long[] _counts;

    private FixedHistogram(double[] edges, long[] counts) => (_edges, _counts) = (edges, counts);

    public IReadOnlyList<double> Edges => _edges;

    /// <summary>How many values are in each bin: those below the first edge first, those above the last edge last.</summary>
    public ReadOnlySpan<long> Counts => _counts.AsSpan(0, _edges.Length + 1);

    /// <summary>Values that are NaN.</summary>
    public long Missing => _counts[^1];

    /// <summary>All values, missing ones among them.</summary>
    public long Total
    {
        get
        {
            var sum = 0L;
            foreach (var count in _counts) sum += count;
            return sum;
        }
    }

    /// <param name="edges">Rising; a bin holds its lower edge, and the last one its upper edge as well.</param>
    public static Result<FixedHistogram> Create(ReadOnlySpan<double> edges)
    {
        if (edges.Length is < 2 or > BinsMax + 1)
            return Error.Invalid($"A histogram has {edges.Length} edges; it must have from 2 to {BinsMax + 1}.", "edges");
        for (var at = 0; at < edges.Length; at++)
            if (!double.IsFinite(edges[at]) || (at > 0 && edges[at] <= edges[at - 1]))
                return Error.Invalid($"Edge {at} is {edges[at]}; edges are finite and each is above the one before.", "edges");
        return new FixedHistogram(edges.ToArray(), new long[edges.Length + 2]);
    }

    /// <summary>Edges at the quantiles of a reference, so that each bin holds about as much of it. Fewer bins where values
    /// repeat.</summary>
    public static Result<double[]> QuantileEdges(ReadOnlySpan<double> reference, int bins)
    {
        if (bins is < 1 or > BinsMax) return Error.Invalid($"bins is {bins}; it must be from 1 to {BinsMax}.", "bins");
        var finite = new List<double>(reference.Length);
        foreach (var value in reference)
            if (double.IsFinite(value)) finite.Add(value);
        finite.Sort();
        if (finite.Count == 0) return Error.Precondition("The reference has no finite value to lay edges by.");
        var sorted = CollectionsMarshal.AsSpan(finite);
        var edges = new List<double>(bins + 1);
        for (var at = 0; at <= bins; at++)
        {
            var edge = Order.Quantile(sorted, at / (double)bins);
            if (edges is [] || edge > edges[^1]) edges.Add(edge);
        }

        // A constant reference: one bin that holds just that number.
        if (edges.Count == 1) edges.Add(Math.BitIncrement(edges[0]));
        return edges.ToArray();
    }

    public void Add(double value) => _counts[PlaceOf(value)]++;

    public void Add(ReadOnlySpan<double> values)
    {
        var whole = _edges.Length <= VectorEdgesMax ? values.Length - values.Length % Vector512<double>.Count : 0;
        AddInVectors(values[..whole]);
        foreach (var value in values[whole..]) _counts[PlaceOf(value)]++;
    }

    public void Add(FixedHistogram other)
    {
        Invariant.That(_edges.AsSpan().SequenceEqual(other._edges));
        for (var at = 0; at < _counts.Length; at++) _counts[at] += other._counts[at];
    }

    /// <summary>Eight values at once: the place of each is how many edges it has reached.</summary>
    private void AddInVectors(ReadOnlySpan<double> values)
    {
        Span<long> places = stackalloc long[Vector512<double>.Count];
        var last = Vector512.Create(_edges[^1]);
        var missing = Vector512.Create((long)_counts.Length - 1);
        for (; values.Length > 0; values = values[places.Length..])
        {
            var eight = Vector512.Create(values);
            var place = Vector512<long>.Zero;
            // A comparison that holds is −1.
            foreach (var edge in _edges) place -= Vector512.GreaterThanOrEqual(eight, Vector512.Create(edge)).AsInt64();
            place += Vector512.Equals(eight, last).AsInt64();
            place = Vector512.ConditionalSelect(Vector512.Equals(eight, eight).AsInt64(), place, missing);
            place.CopyTo(places);
            foreach (var at in places) _counts[at]++;
        }
    }

    /// <summary>The bin of a value: 0 for below, then the bins, then above, then missing.</summary>
    private int PlaceOf(double value)
    {
        if (double.IsNaN(value)) return _counts.Length - 1;
        if (value >= _edges[^1]) return value == _edges[^1] ? _edges.Length - 1 : _edges.Length;
        // Halving, with a choice in place of a branch that random values would mispredict: five steps for 32 bins.
        var edges = _edges;
        var (low, length) = (0, edges.Length);
        while (length > 1)
        {
            var half = length >> 1;
            low += edges[low + half - 1] <= value ? half : 0;
            length -= half;
        }

        return low + (edges[low] <= value ? 1 : 0);
    }
}
