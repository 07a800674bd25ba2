using System.Buffers;

namespace Weighhouse.Tracking.Metrics.Segments;

/// <summary>A growing list of points in arrays of the shared pool. Not for several threads at once.</summary>
internal sealed class PointBuffer(int capacity = 1_024) : IDisposable
{
    private MetricPoint[] _points = ArrayPool<MetricPoint>.Shared.Rent(capacity);

    public int Count { get; private set; }

    public Span<MetricPoint> Points => _points.AsSpan(0, Count);

    /// <summary>Room for so many more points at the end, already counted: fill all of it, or <see cref="Shrink"/>.</summary>
    public Span<MetricPoint> Grow(int count)
    {
        var needed = Count + count;
        if (needed > _points.Length) Enlarge(needed);
        var added = _points.AsSpan(Count, count);
        Count = needed;
        return added;
    }

    public void Add(in MetricPoint point)
    {
        if (Count == _points.Length) Enlarge(Count + 1);
        _points[Count++] = point;
    }

    public void AddRange(ReadOnlySpan<MetricPoint> points) => points.CopyTo(Grow(points.Length));

    public void Shrink(int count) => Count = count;

    public void Clear() => Count = 0;

    /// <summary>Sorts and drops exact duplicates; returns how many went. Points already in order cost one pass.</summary>
    public int SortDistinct(Comparison<MetricPoint> order)
    {
        var points = Points;
        if (IsStrictlySorted(points, order)) return 0;
        points.Sort(order);
        var kept = Count == 0 ? 0 : 1;
        for (var i = 1; i < points.Length; i++)
            if (order(points[i], points[kept - 1]) != 0) points[kept++] = points[i];
        var dropped = Count - kept;
        Count = kept;
        return dropped;
    }

    /// <summary>Appends the union of two sorted lists, each point once; returns how many duplicates went.</summary>
    public int AddMerged(ReadOnlySpan<MetricPoint> a, ReadOnlySpan<MetricPoint> b, Comparison<MetricPoint> order)
    {
        var (i, j, dropped) = (0, 0, 0);
        while (i < a.Length && j < b.Length)
        {
            var comparison = order(a[i], b[j]);
            Add(in comparison <= 0 ? ref a[i] : ref b[j]);
            if (comparison <= 0) i++;
            if (comparison >= 0) j++;
            if (comparison == 0) dropped++;
        }

        AddRange(a[i..]);
        AddRange(b[j..]);
        return dropped;
    }

    public void Dispose()
    {
        if (_points.Length == 0) return;
        ArrayPool<MetricPoint>.Shared.Return(_points);
        _points = [];
        Count = 0;
    }

    private static bool IsStrictlySorted(ReadOnlySpan<MetricPoint> points, Comparison<MetricPoint> order)
    {
        for (var i = 1; i < points.Length; i++)
            if (order(points[i - 1], points[i]) >= 0) return false;
        return true;
    }

    private void Enlarge(int needed)
    {
        var larger = ArrayPool<MetricPoint>.Shared.Rent(Math.Max(needed, checked(_points.Length * 2)));
        Points.CopyTo(larger);
        ArrayPool<MetricPoint>.Shared.Return(_points);
        _points = larger;
    }
}
