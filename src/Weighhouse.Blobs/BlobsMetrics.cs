using System.Diagnostics.Metrics;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs;

/// <summary>Instruments of the meter <c>Weighhouse.Blobs</c>.</summary>
internal sealed class BlobsMetrics
{
    public const string MeterName = "Weighhouse.Blobs";

    private readonly Counter<long> _puts;
    private readonly Counter<long> _putBytes;
    private readonly Histogram<double> _putSeconds;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _sentBytes;
    private readonly Counter<long> _corrupt;

    public BlobsMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _puts = meter.CreateCounter<long>("weighhouse.blobs.puts", "{blob}", "Blobs put, by whether the content was new");
        _putBytes = meter.CreateCounter<long>("weighhouse.blobs.put.bytes", "By", "Content received, by whether it was new");
        _putSeconds = meter.CreateHistogram<double>("weighhouse.blobs.put.duration", "s", "From the first read to durable on disk");
        _refused = meter.CreateCounter<long>("weighhouse.blobs.refused", "{blob}", "Puts refused, by error code");
        _sentBytes = meter.CreateCounter<long>("weighhouse.blobs.sent.bytes", "By", "Content copied out");
        _corrupt = meter.CreateCounter<long>("weighhouse.blobs.corrupt", "{read}", "Reads that found damaged content");
    }

    public void Put(long sizeBytes, bool isNew, TimeSpan duration)
    {
        var tag = new KeyValuePair<string, object?>("new", isNew);
        _puts.Add(1, tag);
        _putBytes.Add(sizeBytes, tag);
        _putSeconds.Record(duration.TotalSeconds, tag);
    }

    public void Refused(ErrorCode code) => _refused.Add(1, new KeyValuePair<string, object?>("code", code.ToString()));

    public void Sent(long bytes) => _sentBytes.Add(bytes);

    public void Corrupt() => _corrupt.Add(1);
}
