using System.Diagnostics.Metrics;

namespace Weighhouse.Serving.Runtimes.Python;

/// <summary>What the workers' runtime counts, on the meter "Weighhouse.Serving.Workers".</summary>
internal static class WorkerMetrics
{
    public const string MeterName = "Weighhouse.Serving.Workers";

    private static readonly Meter Meter = new(MeterName);

    public static readonly UpDownCounter<long> Workers =
        Meter.CreateUpDownCounter<long>("weighhouse.serving.workers", "{worker}", "Python workers that have a model loaded, by deployment");

    public static readonly Counter<long> Starts =
        Meter.CreateCounter<long>("weighhouse.serving.workers.started", "{worker}", "Python workers started after the first of a version");

    public static readonly Counter<long> Deaths =
        Meter.CreateCounter<long>("weighhouse.serving.workers.died", "{worker}", "Python workers that died, hung or broke the protocol");

    public static readonly Counter<long> Refused =
        Meter.CreateCounter<long>(
            "weighhouse.serving.models.refused", "{load}", "Loads of Python models refused for what a scan found in them");
}
