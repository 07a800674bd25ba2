using Weighhouse.Kernel;

namespace Weighhouse.Tracking;

public sealed record Experiment(
    ExperimentId Id,
    string Project,
    string Name,
    string ArtifactLocation,
    LifecycleStage Lifecycle,
    long CreatedMs,
    long UpdatedMs,
    IReadOnlyList<Tag> Tags);

/// <param name="ArtifactLocation">Null for the server's own store: <c>mlflow-artifacts:/ID</c>.</param>
/// <param name="Project">Null for <see cref="Scope.DefaultProject"/>.</param>
public sealed record NewExperiment(string Name, string? ArtifactLocation = null, IReadOnlyList<Tag>? Tags = null, string? Project = null);

/// <param name="Filter">Null or empty for all.</param>
/// <param name="OrderBy">For example "name DESC"; empty for newest first.</param>
public sealed record ExperimentSearch(
    string? Filter, IReadOnlyList<string> OrderBy, StageView View, PageRequest Page, SearchDialect Dialect);

public interface IExperiments
{
    /// <summary>The name is unique among all experiments, deleted ones too (at most 500 characters).</summary>
    ValueTask<Result<Experiment>> CreateAsync(Principal caller, NewExperiment experiment, CancellationToken cancellation);

    ValueTask<Result<Experiment>> GetAsync(Principal caller, ExperimentId id, CancellationToken cancellation);

    /// <summary>Finds deleted experiments too.</summary>
    ValueTask<Result<Experiment>> GetByNameAsync(Principal caller, string name, CancellationToken cancellation);

    /// <summary>Only what the caller may view.</summary>
    ValueTask<Result<Page<Experiment>>> SearchAsync(Principal caller, ExperimentSearch search, CancellationToken cancellation);

    ValueTask<Result<Done>> RenameAsync(Principal caller, ExperimentId id, string name, CancellationToken cancellation);

    /// <summary>A tombstone: its active runs are deleted with it, and come back with it.</summary>
    ValueTask<Result<Done>> DeleteAsync(Principal caller, ExperimentId id, CancellationToken cancellation);

    ValueTask<Result<Done>> RestoreAsync(Principal caller, ExperimentId id, CancellationToken cancellation);

    ValueTask<Result<Done>> SetTagAsync(Principal caller, ExperimentId id, Tag tag, CancellationToken cancellation);

    ValueTask<Result<Done>> DeleteTagAsync(Principal caller, ExperimentId id, string key, CancellationToken cancellation);
}
