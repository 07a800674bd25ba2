using Weighhouse.Tracking.Metrics.Pyramids;
using Weighhouse.Tracking.Metrics.Segments;

namespace Weighhouse.Tracking.Metrics.Compaction;

/// <summary>A block ready to be stored.</summary>
internal sealed record NewBlock(
    PointPosition First, PointPosition Last, long LowMs, long HighMs, int PointCount, byte[] Points, Pyramid Coarse, Pyramid Fine)
{
    /// <param name="points">Sorted by step, each once, at most <see cref="TrackingOptions.CompactionBlockPoints"/>.</param>
    public static NewBlock Of(ReadOnlySpan<MetricPoint> points)
    {
        var (low, high) = (points[0].TimestampMs, points[0].TimestampMs);
        foreach (ref readonly var point in points)
        {
            low = Math.Min(low, point.TimestampMs);
            high = Math.Max(high, point.TimestampMs);
        }

        return new NewBlock(
            PointPosition.Of(points[0]),
            PointPosition.Of(points[^1]),
            low,
            high,
            points.Length,
            SegmentCodec.Encode(points),
            Pyramid.Of(points, Pyramid.CoarseBucketsMax),
            Pyramid.Of(points, Pyramid.FineBucketsMax));
    }
}
