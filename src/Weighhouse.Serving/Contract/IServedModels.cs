using Weighhouse.Kernel;

namespace Weighhouse.Serving;

/// <summary>What is served, how it stands and how it does. Reading needs the right to view a deployment, changing that to deploy.</summary>
public interface IServedModels
{
    /// <summary>Whether every version that a deployment needs has been loaded, or has failed to, since the server began.</summary>
    bool IsReady { get; }

    /// <summary>
    /// The loaded version that a request with this target would reach. Errors as <see cref="IPredictor.BeginAsync"/> has them.
    /// </summary>
    Result<ServedVersion> Find(Principal caller, ServingTarget target);

    /// <summary>The versions of a deployment with their states, the highest version first; NotFound when there is none.</summary>
    Result<IReadOnlyList<VersionStatus>> Versions(Principal caller, string deployment);

    /// <summary>All versions of all deployments the caller may view, by name and then the highest version first.</summary>
    IReadOnlyList<VersionStatus> List(Principal caller);

    /// <summary>Counts of the loaded versions; of one deployment, or of all the caller may view.</summary>
    Result<IReadOnlyList<VersionStatistics>> Statistics(Principal caller, string? deployment, long? version);

    /// <summary>
    /// Loads a deployment's versions again, as after an unload or a failed load; done when they are available or have failed.
    /// </summary>
    ValueTask<Result<Done>> LoadAsync(Principal caller, string deployment, CancellationToken cancellation);

    /// <summary>Takes a deployment's versions out of memory until somebody loads them; requests in flight are answered.</summary>
    ValueTask<Result<Done>> UnloadAsync(Principal caller, string deployment, CancellationToken cancellation);
}

/// <summary>How often something happened, and how long it took in all.</summary>
public readonly record struct DurationCount(long Count, long Nanoseconds);

/// <summary>What a loaded version has done since it was loaded.</summary>
/// <param name="LastMs">When it last answered, in milliseconds since 1970; 0 when never.</param>
/// <param name="InferenceCount">Rows answered: a request of a batch counts its rows.</param>
/// <param name="ExecutionCount">Runs of the model.</param>
/// <param name="Queue">Waiting for a batch or a turn.</param>
public sealed record VersionStatistics(
    string Deployment,
    string Model,
    long Version,
    long LastMs,
    long InferenceCount,
    long ExecutionCount,
    DurationCount Success,
    DurationCount Failure,
    DurationCount Queue,
    DurationCount ComputeInput,
    DurationCount ComputeInfer,
    DurationCount ComputeOutput)
{
    public LatencyQuantiles Latency { get; init; }
}

/// <summary>How long requests took that were answered, without waiting for a turn or for company, right to 9 %; 0 for none.</summary>
public readonly record struct LatencyQuantiles(double P50Ms, double P95Ms, double P99Ms);
