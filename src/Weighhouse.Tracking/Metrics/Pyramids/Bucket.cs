using System.Runtime.InteropServices;
using Weighhouse.Tracking.Metrics.Segments;

namespace Weighhouse.Tracking.Metrics.Pyramids;

/// <summary>What is known of the points of one bucket.</summary>
/// <param name="Index">The bucket covers the steps [Index·2^level, (Index+1)·2^level).</param>
/// <param name="Min">Of what is not NaN; NaN when all are.</param>
/// <param name="Sum">Of what is not NaN.</param>
/// <param name="Count">Of points that are not NaN.</param>
internal readonly record struct Bucket(long Index, double Min, double Max, double Sum, long Count, long NanCount)
{
    /// <summary>No point at all.</summary>
    public static readonly Bucket Empty = new(0, double.NaN, double.NaN, 0, 0, 0);

    public bool IsEmpty => Count == 0 && NanCount == 0;

    public static Bucket Of(long index, double value) =>
        double.IsNaN(value) ? new Bucket(index, double.NaN, double.NaN, 0, 0, 1) : new Bucket(index, value, value, value, 1, 0);

    /// <summary>Both together, at this one's index.</summary>
    public Bucket With(in Bucket other) => this with
    {
        Min = LesserOf(Min, other.Min),
        Max = GreaterOf(Max, other.Max),
        Sum = Sum + other.Sum,
        Count = Count + other.Count,
        NanCount = NanCount + other.NanCount,
    };

    /// <summary>The lesser of two; NaN only when both are. -0.0 is less than 0.0, so that the order does not matter.</summary>
    public static double LesserOf(double a, double b) => double.MinNumber(a, b);

    public static double GreaterOf(double a, double b) => double.MaxNumber(a, b);
}

/// <summary>Buckets of one level in ascending order of index, made from points in any order that ascends by step.</summary>
internal static class BucketFold
{
    /// <summary>Appends the buckets of points that are sorted by step.</summary>
    public static void FromPoints(ReadOnlySpan<MetricPoint> points, int level, List<Bucket> target)
    {
        if (points.IsEmpty) return;
        var current = Bucket.Of(points[0].Step >> level, points[0].Value);
        for (var i = 1; i < points.Length; i++)
        {
            var next = Bucket.Of(points[i].Step >> level, points[i].Value);
            if (next.Index == current.Index)
            {
                current = current.With(next);
                continue;
            }

            target.Add(current);
            current = next;
        }

        target.Add(current);
    }

    /// <summary>Halves the count of buckets at best: the same content, a number of levels up.</summary>
    public static void Coarsen(List<Bucket> buckets, int levels)
    {
        var all = CollectionsMarshal.AsSpan(buckets);
        var kept = 0;
        foreach (ref readonly var bucket in all)
        {
            var moved = bucket with { Index = bucket.Index >> levels };
            if (kept > 0 && all[kept - 1].Index == moved.Index) all[kept - 1] = all[kept - 1].With(moved);
            else all[kept++] = moved;
        }

        buckets.RemoveRange(kept, buckets.Count - kept);
    }

    /// <summary>The lowest level at which the sorted points fill at most so many buckets.</summary>
    public static int LevelFor(ReadOnlySpan<MetricPoint> points, int bucketsMax)
    {
        var level = 0;
        while (level < Pyramid.LevelMax && CountBuckets(points, level, bucketsMax) > bucketsMax) level++;
        return level;
    }

    private static int CountBuckets(ReadOnlySpan<MetricPoint> points, int level, int limit)
    {
        var count = 0;
        var last = 0L;
        foreach (ref readonly var point in points)
        {
            var index = point.Step >> level;
            if (count > 0 && index == last) continue;
            last = index;
            if (++count > limit) break;
        }

        return count;
    }
}
