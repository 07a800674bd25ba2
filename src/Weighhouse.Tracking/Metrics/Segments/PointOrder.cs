namespace Weighhouse.Tracking.Metrics.Segments;

/// <summary>The order of points on disk: step, time, value in IEEE 754's total order. See docs/formats/metric-points.md.</summary>
internal static class PointOrder
{
    public static readonly Comparison<MetricPoint> ByStep = static (a, b) => CompareByStep(in a, in b);
    public static readonly Comparison<MetricPoint> ByTime = static (a, b) => CompareByTime(in a, in b);

    /// <summary>A number that sorts as the value does; distinct bits give distinct numbers.</summary>
    public static long OfValue(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        return bits >= 0 ? bits : bits ^ long.MaxValue;
    }

    /// <summary>The value that sorts so.</summary>
    public static double ValueOf(long order) => BitConverter.Int64BitsToDouble(order >= 0 ? order : order ^ long.MaxValue);

    public static int CompareByStep(in MetricPoint a, in MetricPoint b)
    {
        if (a.Step != b.Step) return a.Step < b.Step ? -1 : 1;
        if (a.TimestampMs != b.TimestampMs) return a.TimestampMs < b.TimestampMs ? -1 : 1;
        return OfValue(a.Value).CompareTo(OfValue(b.Value));
    }

    /// <summary>The order of histories: time, step, value.</summary>
    public static int CompareByTime(in MetricPoint a, in MetricPoint b)
    {
        if (a.TimestampMs != b.TimestampMs) return a.TimestampMs < b.TimestampMs ? -1 : 1;
        if (a.Step != b.Step) return a.Step < b.Step ? -1 : 1;
        return OfValue(a.Value).CompareTo(OfValue(b.Value));
    }
}
