using Weighhouse.Data;
using Weighhouse.Tracking.Metrics.Segments;

namespace Weighhouse.Tracking.Metrics.Compaction;

/// <summary>A place in the order of points.</summary>
internal readonly record struct PointPosition(long Step, long TimestampMs, long Order) : IComparable<PointPosition>
{
    public static PointPosition Of(in MetricPoint point) => new(point.Step, point.TimestampMs, PointOrder.OfValue(point.Value));

    public int CompareTo(PointPosition other)
    {
        if (Step != other.Step) return Step < other.Step ? -1 : 1;
        if (TimestampMs != other.TimestampMs) return TimestampMs < other.TimestampMs ? -1 : 1;
        return Order.CompareTo(other.Order);
    }
}

/// <summary>A stored block without its points.</summary>
internal sealed record BlockHead(long BlockNo, PointPosition First, PointPosition Last, int PointCount)
{
    public static BlockHead Read(DbRow row) => new(
        row.Long(0),
        new PointPosition(row.Long(1), row.Long(2), row.Long(3)),
        new PointPosition(row.Long(4), row.Long(5), row.Long(6)),
        (int)row.Long(7));
}
