using Weighhouse.Kernel;

namespace Weighhouse.Tracking;

/// <summary>The words and numbers are MLflow's, and are stored.</summary>
public enum LoggedModelStatus
{
    Pending = 1,
    Ready = 2,
    UploadFailed = 3,
}

public sealed record LoggedModel(
    LoggedModelId Id,
    ExperimentId Experiment,
    string Project,
    string Name,
    long CreatedMs,
    long UpdatedMs,
    string ArtifactUri,
    LoggedModelStatus Status,
    string? StatusMessage,
    string ModelType,
    RunId? SourceRun,
    IReadOnlyList<Tag> Tags,
    IReadOnlyList<Param> Params,
    IReadOnlyList<LoggedModelMetric> Metrics);

public sealed record LoggedModelMetric(string Key, MetricPoint Point, RunId Run, string? DatasetName, string? DatasetDigest);

public sealed record NewLoggedModel(
    ExperimentId Experiment, string? Name, string? ModelType, RunId? SourceRun, IReadOnlyList<Param>? Params, IReadOnlyList<Tag>? Tags);

public sealed record LoggedModelOrder(string FieldName, bool Ascending, string? DatasetName, string? DatasetDigest);

public sealed record LoggedModelSearch(
    IReadOnlyList<ExperimentId> Experiments,
    string? Filter,
    IReadOnlyList<(string Name, string? Digest)> Datasets,
    IReadOnlyList<LoggedModelOrder> OrderBy,
    PageRequest Page,
    SearchDialect Dialect);

public interface ILoggedModels
{
    ValueTask<Result<LoggedModel>> CreateAsync(Principal caller, NewLoggedModel model, CancellationToken cancellation);

    ValueTask<Result<LoggedModel>> GetAsync(Principal caller, LoggedModelId id, CancellationToken cancellation);

    ValueTask<Result<LoggedModel>> FinalizeAsync(
        Principal caller, LoggedModelId id, LoggedModelStatus status, CancellationToken cancellation);

    /// <summary>A tombstone.</summary>
    ValueTask<Result<Done>> DeleteAsync(Principal caller, LoggedModelId id, CancellationToken cancellation);

    ValueTask<Result<LoggedModel>> SetTagsAsync(
        Principal caller, LoggedModelId id, IReadOnlyList<Tag> tags, CancellationToken cancellation);

    ValueTask<Result<Done>> DeleteTagAsync(Principal caller, LoggedModelId id, string key, CancellationToken cancellation);

    ValueTask<Result<Done>> LogParamsAsync(
        Principal caller, LoggedModelId id, IReadOnlyList<Param> parameters, CancellationToken cancellation);

    ValueTask<Result<Page<LoggedModel>>> SearchAsync(Principal caller, LoggedModelSearch search, CancellationToken cancellation);
}
