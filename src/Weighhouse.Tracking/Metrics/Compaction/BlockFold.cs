using Weighhouse.Tracking.Metrics.Segments;

namespace Weighhouse.Tracking.Metrics.Compaction;

/// <summary>How new points and a stored block become blocks. Pure: points in, blocks out.</summary>
internal static class BlockFold
{
    /// <summary>
    /// Cuts sorted points into blocks. At the end of a series blocks are filled, since the next points come after them; elsewhere they
    /// are halved, which leaves room for more late points.
    /// </summary>
    public static void Cut(ReadOnlySpan<MetricPoint> points, int pointsMax, bool isAppended, List<NewBlock> target)
    {
        if (points.IsEmpty) return;
        var pieces = (points.Length + pointsMax - 1) / pointsMax;
        var size = isAppended ? pointsMax : (points.Length + pieces - 1) / pieces;
        for (var start = 0; start < points.Length; start += size)
            target.Add(NewBlock.Of(points.Slice(start, Math.Min(size, points.Length - start))));
    }

    /// <summary>How many of the sorted points come before the position.</summary>
    public static int CountBefore(ReadOnlySpan<MetricPoint> points, PointPosition limit)
    {
        var (low, high) = (0, points.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (PointPosition.Of(in points[middle]).CompareTo(limit) < 0) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
