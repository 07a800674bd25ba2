using System.Diagnostics.Metrics;
using Weighhouse.Serving.Batching;

namespace Weighhouse.Serving;

/// <summary>Instruments of the meter <c>Weighhouse.Serving</c>.</summary>
internal sealed class ServingMetrics
{
    public const string MeterName = "Weighhouse.Serving";

    private readonly Histogram<int> _batchRows;
    private readonly Histogram<int> _batchRequests;
    private readonly Histogram<double> _batchWait;
    private readonly Counter<long> _batchPadding;
    private readonly Counter<long> _batchShed;

    public ServingMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _batchRows = meter.CreateHistogram<int>("weighhouse.serving.batch.rows", "{row}", "Rows of requests in a run");
        _batchRequests = meter.CreateHistogram<int>("weighhouse.serving.batch.requests", "{request}", "Requests in a run");
        _batchWait = meter.CreateHistogram<double>("weighhouse.serving.batch.wait", "s", "How long a request waited for its run");
        _batchPadding = meter.CreateCounter<long>("weighhouse.serving.batch.padding", "{row}", "Rows that only filled a run up");
        _batchShed = meter.CreateCounter<long>("weighhouse.serving.batch.shed", "{request}", "Requests turned away, by why");
    }

    public void Ran(ServedVersion version, BatchRun run, long began, TimeProvider time)
    {
        if (!_batchRows.Enabled && !_batchRequests.Enabled && !_batchWait.Enabled) return;
        var (deployment, number) = Tags(version);
        _batchRows.Record(run.Rows, deployment, number);
        _batchRequests.Record(run.Entries.Length, deployment, number);
        foreach (var entry in run.Entries)
            _batchWait.Record(time.GetElapsedTime(entry.Began, began).TotalSeconds, deployment, number);
    }

    public void Padded(ServedVersion version, int rows)
    {
        if (rows == 0 || !_batchPadding.Enabled) return;
        var (deployment, number) = Tags(version);
        _batchPadding.Add(rows, deployment, number);
    }

    public void Shed(ServedVersion version, string why)
    {
        var (deployment, number) = Tags(version);
        _batchShed.Add(1, deployment, number, new KeyValuePair<string, object?>("why", why));
    }

    private static (KeyValuePair<string, object?> Deployment, KeyValuePair<string, object?> Version) Tags(ServedVersion version) =>
        (new("deployment", version.Deployment), new("version", version.VersionText));
}
