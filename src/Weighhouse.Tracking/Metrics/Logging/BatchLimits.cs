using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Metrics.Logging;

/// <summary>How much one call may carry; the messages are MLflow's.</summary>
internal static class BatchLimits
{
    public static Error? Refuse(RunBatch batch, TrackingOptions options) =>
        Refuse("metrics", options.BatchMetricsMax, batch.Metrics.Count)
        ?? Refuse("params", options.BatchParamsMax, batch.Params.Count)
        ?? Refuse("tags", options.BatchTagsMax, batch.Tags.Count)
        ?? Refuse("metrics, params, and tags", options.BatchTotalMax, batch.Metrics.Count + batch.Params.Count + batch.Tags.Count);

    private static Error? Refuse(string what, int max, int count) => count <= max ? null : Error.Invalid(
        $"A batch logging request can contain at most {max} {what}. Got {count} {what}. "
        + $"Please split up {what} across multiple requests and try again.",
        what.Contains(',', StringComparison.Ordinal) ? null : what);
}
