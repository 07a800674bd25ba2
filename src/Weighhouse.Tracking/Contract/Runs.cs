using Weighhouse.Kernel;

namespace Weighhouse.Tracking;

public sealed record RunInfo(
    RunId Id,
    ExperimentId Experiment,
    string Project,
    string Name,
    string User,
    RunStatus Status,
    long StartMs,
    long? EndMs,
    string ArtifactUri,
    LifecycleStage Lifecycle);

/// <summary>A run with all that is said of it, but its metrics only in summary.</summary>
public sealed record Run(
    RunInfo Info,
    IReadOnlyList<MetricSummary> Metrics,
    IReadOnlyList<Param> Params,
    IReadOnlyList<Tag> Tags,
    IReadOnlyList<DatasetInput> DatasetInputs,
    IReadOnlyList<ModelInput> ModelInputs,
    IReadOnlyList<ModelOutput> ModelOutputs);

public sealed record Dataset(string Name, string Digest, string SourceType, string Source, string? Schema, string? Profile);

public sealed record DatasetInput(Dataset Dataset, IReadOnlyList<Tag> Tags);

public readonly record struct ModelInput(LoggedModelId Model);

public readonly record struct ModelOutput(LoggedModelId Model, long Step);

/// <param name="StartMs">Null for the present time.</param>
/// <param name="Name">Null or empty for a generated one: "amber-otter-417".</param>
/// <param name="Id">Null for a generated one; set by importers only.</param>
public sealed record NewRun(
    ExperimentId Experiment,
    string? User = null,
    long? StartMs = null,
    string? Name = null,
    IReadOnlyList<Tag>? Tags = null,
    RunId? Id = null);

/// <summary>What to change of a run; null leaves it.</summary>
public sealed record RunChange(RunStatus? Status = null, long? EndMs = null, string? Name = null);

/// <param name="OrderBy">For example "metrics.loss ASC", "attributes.start_time DESC".</param>
public sealed record RunSearch(
    IReadOnlyList<ExperimentId> Experiments,
    string? Filter,
    IReadOnlyList<string> OrderBy,
    StageView View,
    PageRequest Page,
    SearchDialect Dialect);

public interface IRuns
{
    ValueTask<Result<Run>> CreateAsync(Principal caller, NewRun run, CancellationToken cancellation);

    ValueTask<Result<Run>> GetAsync(Principal caller, RunId id, CancellationToken cancellation);

    /// <summary>Renaming keeps the tag mlflow.runName in step.</summary>
    ValueTask<Result<RunInfo>> UpdateAsync(Principal caller, RunId id, RunChange change, CancellationToken cancellation);

    ValueTask<Result<Done>> DeleteAsync(Principal caller, RunId id, CancellationToken cancellation);

    ValueTask<Result<Done>> RestoreAsync(Principal caller, RunId id, CancellationToken cancellation);

    /// <summary>Setting mlflow.runName renames the run.</summary>
    ValueTask<Result<Done>> SetTagAsync(Principal caller, RunId id, Tag tag, CancellationToken cancellation);

    ValueTask<Result<Done>> DeleteTagAsync(Principal caller, RunId id, string key, CancellationToken cancellation);

    ValueTask<Result<Done>> LogInputsAsync(
        Principal caller, RunId id, IReadOnlyList<DatasetInput> datasets, IReadOnlyList<ModelInput> models, CancellationToken cancellation);

    ValueTask<Result<Done>> LogOutputsAsync(Principal caller, RunId id, IReadOnlyList<ModelOutput> models, CancellationToken cancellation);

    /// <summary>Appends a 2.x model description to the tag mlflow.log-model.history, which is a JSON array.</summary>
    ValueTask<Result<Done>> AppendModelHistoryAsync(Principal caller, RunId id, string modelJson, CancellationToken cancellation);

    ValueTask<Result<Page<Run>>> SearchAsync(Principal caller, RunSearch search, CancellationToken cancellation);

    /// <summary>How many runs match.</summary>
    ValueTask<Result<long>> CountAsync(Principal caller, RunSelection selection, CancellationToken cancellation);

    /// <summary>The names of metrics, params and tags that the experiment's runs have, in order of their kind and name.</summary>
    ValueTask<Result<RunKeys>> FindKeysAsync(Principal caller, RunKeySearch search, CancellationToken cancellation);

    /// <summary>Distinct dataset name, digest and context among the experiments' runs; at most 1,000.</summary>
    ValueTask<Result<IReadOnlyList<DatasetSummary>>> SearchDatasetsAsync(
        Principal caller, IReadOnlyList<ExperimentId> experiments, CancellationToken cancellation);
}

public sealed record DatasetSummary(ExperimentId Experiment, string Name, string Digest, string? Context);
