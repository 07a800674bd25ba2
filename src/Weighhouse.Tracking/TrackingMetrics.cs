using System.Diagnostics.Metrics;

namespace Weighhouse.Tracking;

/// <summary>The meter "Weighhouse.Tracking". Durations are in milliseconds.</summary>
internal static class TrackingMetrics
{
    public const string MeterName = "Weighhouse.Tracking";

    private static readonly Meter Meter = new(MeterName);

    public static readonly Counter<long> PointsLogged =
        Meter.CreateCounter<long>("weighhouse.tracking.points.logged", "{point}", "Metric points made durable");

    public static readonly Histogram<double> CompactionMs =
        Meter.CreateHistogram<double>("weighhouse.tracking.compaction.duration", "ms", "Folding one series' tail into blocks");

    public static readonly Histogram<double> EnvelopeMs =
        Meter.CreateHistogram<double>("weighhouse.tracking.envelope.duration", "ms", "One chart's envelope, without its way to the client");

    public static readonly Histogram<int> EnvelopeBytes =
        Meter.CreateHistogram<int>("weighhouse.tracking.envelope.size", "By", "One chart's envelope");
}
