using System.Diagnostics.Metrics;

namespace Weighhouse.Blobs.Backends;

/// <summary>What a store in a bucket asks of it.</summary>
internal sealed class BucketMetrics
{
    private readonly Counter<long> _published;
    private readonly Histogram<double> _publishSeconds;
    private readonly Counter<long> _fetched;
    private readonly Gauge<long> _cacheBytes;
    private readonly Counter<long> _swept;
    private readonly Counter<long> _lost;

    public BucketMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(BlobsMetrics.MeterName);
        _published = meter.CreateCounter<long>("weighhouse.blobs.bucket.published.bytes", "By", "Bytes made durable, by where they lie");
        _publishSeconds = meter.CreateHistogram<double>(
            "weighhouse.blobs.bucket.publish.duration", "s", "From the end of a section to durable in the bucket and in the ledger");
        _fetched = meter.CreateCounter<long>("weighhouse.blobs.bucket.fetched.bytes", "By", "Bytes brought near, by where they lay");
        _cacheBytes = meter.CreateGauge<long>("weighhouse.blobs.bucket.cache.bytes", "By", "Bytes kept on this machine");
        _swept = meter.CreateCounter<long>("weighhouse.blobs.bucket.swept", "{object}", "Objects deleted that nothing named");
        _lost = meter.CreateCounter<long>("weighhouse.blobs.bucket.leases.lost", "{lease}", "Times this server was away for too long");
    }

    public void Published(long bytes, bool inLedger, TimeSpan duration)
    {
        var tag = new KeyValuePair<string, object?>("in", inLedger ? "ledger" : "bucket");
        _published.Add(bytes, tag);
        _publishSeconds.Record(duration.TotalSeconds, tag);
    }

    public void Fetched(long bytes, bool fromLedger) =>
        _fetched.Add(bytes, new KeyValuePair<string, object?>("from", fromLedger ? "ledger" : "bucket"));

    public void CacheBytes(long bytes) => _cacheBytes.Record(bytes);

    public void Swept(int objects) => _swept.Add(objects);

    public void LeaseLost() => _lost.Add(1);
}
