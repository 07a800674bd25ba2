using Microsoft.Extensions.Logging;

namespace Weighhouse.Serving.Batching;

/// <summary>What all batchers share.</summary>
internal sealed class BatchParts(ServingOptions options, ServingMetrics metrics, TimeProvider time, ILogger<BatchParts> logger)
{
    public ServingMetrics Metrics => metrics;

    public TimeProvider Time => time;

    public ILogger Logger => logger;

    public TimeSpan RetryAfter => options.RetryAfter;

    public int RunsAtOnce { get; } = options.BatchRunsAtOnce > 0 ? options.BatchRunsAtOnce : Environment.ProcessorCount;

    public FairTurns Turns { get; } = new(options.BatchRunsAtOnce > 0 ? options.BatchRunsAtOnce : Environment.ProcessorCount);
}
