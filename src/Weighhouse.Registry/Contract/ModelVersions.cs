using Weighhouse.Kernel;
using Weighhouse.Tracking;

namespace Weighhouse.Registry;

/// <summary>The words and numbers are MLflow's, and are stored.</summary>
public enum ModelVersionStatus
{
    PendingRegistration = 1,
    FailedRegistration = 2,
    Ready = 3,
}

public readonly record struct ModelVersionId(string Model, long Version)
{
    public override string ToString() => $"{Model}/{Version}";
}

/// <param name="Source">Where the caller said the model is: an artifact URI, "runs:/RUN/path" or "models:/…".</param>
/// <param name="StorageUri">Where its files are: the source, or what a "models:/…" source led to when the version was made.</param>
/// <param name="LoggedModel">The logged model it was made from; null when it was not.</param>
public sealed record ModelVersion(
    string Project,
    ModelVersionId Id,
    string? Description,
    string Stage,
    string Source,
    string StorageUri,
    RunId? Run,
    string? RunLink,
    LoggedModelId? LoggedModel,
    string User,
    ModelVersionStatus Status,
    string? StatusMessage,
    long CreatedMs,
    long UpdatedMs,
    IReadOnlyList<Tag> Tags,
    IReadOnlyList<string> Aliases)
{
    /// <summary>Its commit in the model's repository; null until one is made of a version older than repositories.</summary>
    public VersionCommit? Commit { get; init; }
}

/// <summary>A version as a commit.</summary>
/// <param name="Tree">The folder of its files: what they were when the version was made, whatever becomes of its source.</param>
/// <param name="Note">Why there are no files, such as that the source is elsewhere; null when there are.</param>
public sealed record VersionCommit(Digest Id, Digest Tree, long FileCount, long SizeBytes, string? Note);

/// <param name="Source">
/// An artifact URI of this server, a remote URI, "runs:/RUN/path", "repos:/NAME/COMMIT/path", or "models:/…": another version, alias or
/// logged model, which makes the new version a copy of it. Local paths and relative references are refused.
/// </param>
public sealed record NewModelVersion(
    string Model,
    string Source,
    RunId? Run = null,
    string? RunLink = null,
    string? Description = null,
    IReadOnlyList<Tag>? Tags = null,
    LoggedModelId? LoggedModel = null);

/// <param name="Filter">By name, version_number, run_id, source_path and tags; null or empty for all.</param>
/// <param name="OrderBy">For example "version_number DESC"; empty for what changed last.</param>
public sealed record VersionSearch(string? Filter, IReadOnlyList<string> OrderBy, PageRequest Page, FilterDialect Dialect);

/// <summary>Versions of registered models: 1, 2, 3 and so on, never used twice.</summary>
public interface IModelVersions
{
    ValueTask<Result<ModelVersion>> CreateAsync(Principal caller, NewModelVersion version, CancellationToken cancellation);

    ValueTask<Result<ModelVersion>> GetAsync(Principal caller, ModelVersionId id, CancellationToken cancellation);

    /// <summary>"latest" is the highest version. NotFound with the field "alias" when there is no such alias.</summary>
    ValueTask<Result<ModelVersion>> GetByAliasAsync(Principal caller, string model, string alias, CancellationToken cancellation);

    /// <summary>The highest version of each of the stages that has one, by number; of every stage when none is named.</summary>
    ValueTask<Result<IReadOnlyList<ModelVersion>>> LatestAsync(
        Principal caller, string model, IReadOnlyList<string> stages, CancellationToken cancellation);

    /// <summary>The versions of a model, the highest first.</summary>
    ValueTask<Result<Page<ModelVersion>>> ListAsync(Principal caller, string model, PageRequest page, CancellationToken cancellation);

    /// <summary>Only what the caller may view.</summary>
    ValueTask<Result<Page<ModelVersion>>> SearchAsync(Principal caller, VersionSearch search, CancellationToken cancellation);

    ValueTask<Result<ModelVersion>> DescribeAsync(
        Principal caller, ModelVersionId id, string? description, CancellationToken cancellation);

    /// <param name="stage">One of the project's, whatever its case.</param>
    /// <param name="archiveExisting">
    /// Whether other versions of the stage, which is neither the project's first nor its last, are archived; null for what the stage says.
    /// </param>
    ValueTask<Result<ModelVersion>> MoveAsync(
        Principal caller, ModelVersionId id, string stage, bool? archiveExisting, CancellationToken cancellation);

    /// <summary>
    /// Takes back the last change of who is in the stage, with all that it archived; asked again, the one before that. FailedPrecondition
    /// when there is none left, or when a version that would come back is deleted. Returns who is in the stage now, by number.
    /// </summary>
    ValueTask<Result<IReadOnlyList<ModelVersion>>> RollbackStageAsync(
        Principal caller, string model, string stage, CancellationToken cancellation);

    /// <summary>A tombstone; its aliases are gone, its number is not used again, and its history stays.</summary>
    ValueTask<Result<Done>> DeleteAsync(Principal caller, ModelVersionId id, CancellationToken cancellation);

    ValueTask<Result<Done>> SetTagAsync(Principal caller, ModelVersionId id, Tag tag, CancellationToken cancellation);

    /// <summary>A tag that is not there is as good as deleted.</summary>
    ValueTask<Result<Done>> DeleteTagAsync(Principal caller, ModelVersionId id, string key, CancellationToken cancellation);
}
