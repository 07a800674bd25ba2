using Weighhouse.Tracking.Metrics.Segments;

namespace Weighhouse.Tracking.Metrics.Logging;

/// <summary>
/// What tracking_metrics keeps of a set of points. A function of the set alone: latest is the greatest point; min and max leave NaN out
/// and carry the earliest step and time at which they were seen.
/// </summary>
internal readonly record struct SeriesSummary(MetricPoint Latest, MetricPoint? Min, MetricPoint? Max, int PointCount)
{
    /// <param name="points">At least one, in any order.</param>
    public static SeriesSummary Of(ReadOnlySpan<MetricPoint> points)
    {
        var latest = points[0];
        MetricPoint? min = null, max = null;
        foreach (ref readonly var point in points)
        {
            if (PointOrder.CompareByStep(in point, in latest) > 0) latest = point;
            if (double.IsNaN(point.Value)) continue;
            if (min is not { } least || point.Value < least.Value || (point.Value == least.Value && IsEarlier(point, least))) min = point;
            if (max is not { } most || point.Value > most.Value || (point.Value == most.Value && IsEarlier(point, most))) max = point;
        }

        return new SeriesSummary(latest, min, max, points.Length);
    }

    private static bool IsEarlier(in MetricPoint a, in MetricPoint b) =>
        a.Step != b.Step ? a.Step < b.Step : a.TimestampMs < b.TimestampMs;
}
