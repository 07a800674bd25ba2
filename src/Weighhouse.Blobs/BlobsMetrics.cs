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
    private readonly Counter<long> _repacked;
    private readonly Counter<long> _repackSavedBytes;

    public BlobsMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _puts = meter.CreateCounter<long>("weighhouse.blobs.puts", "{blob}", "Blobs put, by whether the content was new");
        _putBytes = meter.CreateCounter<long>("weighhouse.blobs.put.bytes", "By", "Content received, by whether it was new");
        _putSeconds = meter.CreateHistogram<double>("weighhouse.blobs.put.duration", "s", "From the first read to durable on disk");
        _refused = meter.CreateCounter<long>("weighhouse.blobs.refused", "{blob}", "Puts refused, by error code");
        _sentBytes = meter.CreateCounter<long>("weighhouse.blobs.sent.bytes", "By", "Content copied out");
        _corrupt = meter.CreateCounter<long>("weighhouse.blobs.corrupt", "{read}", "Reads that found damaged content");
        _repacked = meter.CreateCounter<long>("weighhouse.blobs.repacked", "{chunk}", "Chunks packed anew, by whether against another one");
        _repackSavedBytes = meter.CreateCounter<long>("weighhouse.blobs.repack.saved", "By", "Room that packing anew has saved");
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

    public void Repacked(RepackReport report)
    {
        _repacked.Add(report.ChunksWithBase, new KeyValuePair<string, object?>("base", true));
        _repacked.Add(report.Chunks - report.ChunksWithBase, new KeyValuePair<string, object?>("base", false));
        _repackSavedBytes.Add(report.BytesBefore - report.BytesAfter);
    }
}
