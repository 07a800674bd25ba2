using Weighhouse.Kernel;

namespace Weighhouse.Tracking;

/// <summary>One logged value. NaN and the infinities are kept as they are.</summary>
public readonly record struct MetricPoint(double Value, long TimestampMs, long Step);

/// <summary>A point on its way in.</summary>
/// <param name="Model">The logged model it measures besides the run; null for none.</param>
public readonly record struct MetricSample(
    string Key, MetricPoint Point, LoggedModelId? Model = null, string? DatasetName = null, string? DatasetDigest = null);

/// <summary>
/// What is kept of a series for tables and search. Latest is the greatest by (step, time, value). Min and max leave NaN out and are
/// NaN when every point is NaN.
/// </summary>
public sealed record MetricSummary(string Key, MetricPoint Latest, MetricPoint Min, MetricPoint Max, long PointCount);

/// <summary>What one call logs. Atomic: all of it or nothing.</summary>
public sealed record RunBatch(IReadOnlyList<MetricSample> Metrics, IReadOnlyList<Param> Params, IReadOnlyList<Tag> Tags);

public enum EnvelopeAxis
{
    Step = 0,
    WallTimeMs = 1,
    RelativeTimeMs = 2,
}

public readonly record struct SeriesId(RunId Run, string Key);

/// <param name="From">First x wanted; null for the first there is.</param>
/// <param name="To">Last x wanted; null for the last there is.</param>
/// <param name="Buckets">At most so many buckets (1 to 4,096); the reply also stays under 98,304 bytes.</param>
public sealed record EnvelopeQuery(IReadOnlyList<SeriesId> Series, EnvelopeAxis Axis, long? From, long? To, int Buckets);

public interface IMetrics
{
    ValueTask<Result<Done>> LogBatchAsync(Principal caller, RunId run, RunBatch batch, CancellationToken cancellation);

    /// <summary>The points of a series by (time, step, value), exact duplicates once. An unknown key has none.</summary>
    ValueTask<Result<Page<MetricPoint>>> HistoryAsync(
        Principal caller, RunId run, string key, PageRequest page, CancellationToken cancellation);

    /// <summary>
    /// For charts that want plain points. While the runs together have at most <paramref name="pointsMax"/> steps in range, every point;
    /// else of each run its points at so many steps, those MLflow's own server chooses: every n-th of all runs' steps, and each run's
    /// first and last. Besides, at most half as many: in every bucket of the range the run's least and greatest value, where those steps
    /// have others. By (step, time, value).
    /// </summary>
    ValueTask<Result<IReadOnlyList<(RunId Run, IReadOnlyList<MetricPoint> Points)>>> SampleAsync(
        Principal caller, IReadOnlyList<RunId> runs, string key, long? fromStep, long? toStep, int pointsMax,
        CancellationToken cancellation);

    /// <summary>The binary envelope of docs/formats/envelope.md: the exact minimum and maximum of every bucket.</summary>
    ValueTask<Result<ReadOnlyMemory<byte>>> EnvelopeAsync(Principal caller, EnvelopeQuery query, CancellationToken cancellation);

    /// <summary>At most so many buckets a run: what a cell of a table has room for.</summary>
    const int SparklineBucketsMax = 24;

    /// <summary>One frame of docs/formats/envelope.md a key, each with a series a run, in the order asked for.</summary>
    ValueTask<Result<IReadOnlyList<ReadOnlyMemory<byte>>>> SparklinesAsync(
        Principal caller, IReadOnlyList<RunId> runs, IReadOnlyList<string> keys, int buckets, CancellationToken cancellation);
}

/// <summary>What just became durable, for pages that are alive. In this process at once; from other replicas within a second.</summary>
public interface ITrackingEvents
{
    /// <summary>Events of one run until cancelled. A slow reader misses events but not the fact that there were some.</summary>
    IAsyncEnumerable<RunEvent> WatchRunAsync(RunId run, CancellationToken cancellation);

    IAsyncEnumerable<RunEvent> WatchExperimentAsync(ExperimentId experiment, CancellationToken cancellation);
}

/// <param name="Run">The run; without text when more happened than was kept for a slow reader.</param>
/// <param name="Status">The run's new status; null when it has not changed.</param>
/// <param name="MetricKeys">Keys with new points, empty when the change is another or there are too many keys to name.</param>
public sealed record RunEvent(RunId Run, RunStatus? Status, IReadOnlyList<string> MetricKeys)
{
    /// <summary>Too much happened to tell: read again what is shown.</summary>
    public static readonly RunEvent Lost = new(new RunId(""), null, []);
}
