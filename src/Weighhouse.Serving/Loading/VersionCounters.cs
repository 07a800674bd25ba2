using Weighhouse.Kernel;

namespace Weighhouse.Serving.Loading;

/// <summary>What a loaded version has done. Written by every request at once, so each number is added to on its own.</summary>
internal sealed class VersionCounters(TimeProvider time)
{
    private readonly long _nanosecondsPerTick = Math.Max(1, 1_000_000_000 / time.TimestampFrequency);
    private long _lastMs, _rows, _runs, _successes, _successTicks, _failures, _failureTicks, _waits, _waitTicks;
    private long _inputTicks, _inferTicks, _outputTicks;

    public long Now => time.GetTimestamp();

    /// <summary>
    /// Of the requests answered, without the time they waited for a turn or for company: who has few requests waits longer for company.
    /// </summary>
    public DurationHistogram Durations { get; } = new();

    /// <summary>Of one run: when it was handed over, when its inputs were set, when the model was done, when its outputs were.</summary>
    public void AddRun(long began, long ready, long done, long ended)
    {
        Interlocked.Increment(ref _runs);
        Interlocked.Add(ref _inputTicks, ready - began);
        Interlocked.Add(ref _inferTicks, done - ready);
        Interlocked.Add(ref _outputTicks, ended - done);
    }

    /// <summary>How long it was is the answer.</summary>
    public long AddWait(long began)
    {
        var ticks = time.GetTimestamp() - began;
        Interlocked.Increment(ref _waits);
        Interlocked.Add(ref _waitTicks, ticks);
        return ticks;
    }

    public void AddSuccess(long began, long waitedTicks, long rows)
    {
        Interlocked.Increment(ref _successes);
        Interlocked.Add(ref _rows, rows);
        var ticks = time.GetTimestamp() - began;
        Interlocked.Add(ref _successTicks, ticks);
        Durations.Add((ticks - waitedTicks) * _nanosecondsPerTick / 1_000);
        Volatile.Write(ref _lastMs, time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    public void AddFailure(long began)
    {
        Interlocked.Increment(ref _failures);
        Interlocked.Add(ref _failureTicks, time.GetTimestamp() - began);
    }

    public VersionStatistics Read(ServedVersion version)
    {
        var runs = Interlocked.Read(ref _runs);
        return new VersionStatistics(
            version.Deployment,
            version.Model,
            version.Version,
            Interlocked.Read(ref _lastMs),
            Interlocked.Read(ref _rows),
            runs,
            Count(Interlocked.Read(ref _successes), ref _successTicks),
            Count(Interlocked.Read(ref _failures), ref _failureTicks),
            Count(Interlocked.Read(ref _waits), ref _waitTicks),
            Count(runs, ref _inputTicks),
            Count(runs, ref _inferTicks),
            Count(runs, ref _outputTicks))
        {
            Latency = new LatencyQuantiles(
                Durations.Quantile(0.5) / 1_000.0, Durations.Quantile(0.95) / 1_000.0, Durations.Quantile(0.99) / 1_000.0),
        };
    }

    private DurationCount Count(long count, ref long ticks) => new(count, Interlocked.Read(ref ticks) * _nanosecondsPerTick);
}
