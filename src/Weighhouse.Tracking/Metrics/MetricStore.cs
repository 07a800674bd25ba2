using Weighhouse.Kernel;
using Weighhouse.Tracking.Metrics.Envelopes;
using Weighhouse.Tracking.Metrics.History;
using Weighhouse.Tracking.Metrics.Logging;

namespace Weighhouse.Tracking.Metrics;

/// <summary>The contract over the slices behind it.</summary>
internal sealed class MetricStore(
    BatchLogger logger, HistoryReader history, SampleReader samples, EnvelopeReader envelopes, TrackingOptions options, TimeProvider time)
    : IMetrics
{
    public ValueTask<Result<Done>> LogBatchAsync(Principal caller, RunId run, RunBatch batch, CancellationToken cancellation) =>
        logger.LogAsync(caller, run, batch, cancellation);

    public ValueTask<Result<Page<MetricPoint>>> HistoryAsync(
        Principal caller, RunId run, string key, PageRequest page, CancellationToken cancellation) =>
        history.ReadAsync(caller, run, key, page, cancellation);

    public ValueTask<Result<IReadOnlyList<(RunId Run, IReadOnlyList<MetricPoint> Points)>>> SampleAsync(
        Principal caller, IReadOnlyList<RunId> runs, string key, long? fromStep, long? toStep, int pointsMax,
        CancellationToken cancellation) =>
        samples.ReadAsync(caller, runs, key, fromStep, toStep, pointsMax, cancellation);

    public async ValueTask<Result<ReadOnlyMemory<byte>>> EnvelopeAsync(
        Principal caller, EnvelopeQuery query, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var read = await envelopes.ReadAsync(caller, query, cancellation);
        if (!read.TryGet(out var frame, out var error)) return error;
        TrackingMetrics.EnvelopeMs.Record(time.GetElapsedTime(started).TotalMilliseconds);
        TrackingMetrics.EnvelopeBytes.Record(frame.Length);
        return new ReadOnlyMemory<byte>(frame);
    }

    public async ValueTask<Result<IReadOnlyList<ReadOnlyMemory<byte>>>> SparklinesAsync(
        Principal caller, IReadOnlyList<RunId> runs, IReadOnlyList<string> keys, int buckets, CancellationToken cancellation)
    {
        if (buckets is < 1 or > IMetrics.SparklineBucketsMax)
            return Error.Invalid($"buckets is {buckets}; it must be from 1 to {IMetrics.SparklineBucketsMax}.", "buckets");
        if (keys.Count is 0 || keys.Count > options.EnvelopesPerRequestMax)
            return Error.Invalid($"{keys.Count} keys; ask for 1 to {options.EnvelopesPerRequestMax}.", "keys");
        var frames = new List<ReadOnlyMemory<byte>>(keys.Count);
        foreach (var key in keys)
        {
            var query = new EnvelopeQuery([.. runs.Select(run => new SeriesId(run, key))], EnvelopeAxis.Step, null, null, buckets);
            var read = await EnvelopeAsync(caller, query, cancellation);
            if (!read.TryGet(out var frame, out var error)) return error;
            frames.Add(frame);
        }

        return frames;
    }
}
