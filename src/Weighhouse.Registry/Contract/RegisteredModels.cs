using Weighhouse.Kernel;
using Weighhouse.Tracking;

namespace Weighhouse.Registry;

/// <summary>A name under which versions of a model are kept.</summary>
/// <param name="LatestVersions">The highest version of each stage that has one, by number.</param>
public sealed record RegisteredModel(
    string Project,
    string Name,
    string? Description,
    long CreatedMs,
    long UpdatedMs,
    IReadOnlyList<Tag> Tags,
    IReadOnlyList<ModelAlias> Aliases,
    IReadOnlyList<ModelVersion> LatestVersions)
{
    /// <summary>
    /// The repository whose commits are its versions: tag v1, v2 and so on; aliases/NAME and stages/STAGE/v1 are refs. Null until one is
    /// made of a model that was there before.
    /// </summary>
    public string? Repository { get; init; }
}

public readonly record struct ModelAlias(string Alias, long Version);

/// <param name="Project">Null for <see cref="Scope.DefaultProject"/>.</param>
public sealed record NewRegisteredModel(string Name, string? Description = null, IReadOnlyList<Tag>? Tags = null, string? Project = null);

/// <param name="Filter">By name and tags; null or empty for all.</param>
/// <param name="OrderBy">For example "last_updated_timestamp DESC"; empty for by name.</param>
public sealed record ModelSearch(string? Filter, IReadOnlyList<string> OrderBy, PageRequest Page, FilterDialect Dialect);

/// <summary>Registered models. Names are unique on the server; the scope of one is <see cref="Scope.Model"/>.</summary>
public interface IRegisteredModels
{
    ValueTask<Result<RegisteredModel>> CreateAsync(Principal caller, NewRegisteredModel model, CancellationToken cancellation);

    ValueTask<Result<RegisteredModel>> GetAsync(Principal caller, string name, CancellationToken cancellation);

    /// <summary>Only what the caller may view.</summary>
    ValueTask<Result<Page<RegisteredModel>>> SearchAsync(Principal caller, ModelSearch search, CancellationToken cancellation);

    /// <summary>Needs the right to contribute under both names: a grant on a name moves to nobody.</summary>
    ValueTask<Result<RegisteredModel>> RenameAsync(Principal caller, string name, string newName, CancellationToken cancellation);

    ValueTask<Result<RegisteredModel>> DescribeAsync(Principal caller, string name, string? description, CancellationToken cancellation);

    /// <summary>A tombstone with all its versions; the name is free again, and its history stays.</summary>
    ValueTask<Result<Done>> DeleteAsync(Principal caller, string name, CancellationToken cancellation);

    ValueTask<Result<Done>> SetTagAsync(Principal caller, string name, Tag tag, CancellationToken cancellation);

    /// <summary>A tag that is not there is as good as deleted.</summary>
    ValueTask<Result<Done>> DeleteTagAsync(Principal caller, string name, string key, CancellationToken cancellation);

    /// <summary>Points the alias at the version, wherever it pointed before. "latest" and "v1" are names of versions already.</summary>
    ValueTask<Result<Done>> SetAliasAsync(Principal caller, ModelVersionId version, string alias, CancellationToken cancellation);

    /// <summary>An alias that is not there is as good as deleted.</summary>
    ValueTask<Result<Done>> DeleteAliasAsync(Principal caller, string name, string alias, CancellationToken cancellation);

    /// <summary>
    /// Takes back the last change of the alias; asked again, the one before that. FailedPrecondition when there is none left, or when the
    /// version it pointed at is deleted. Returns where it points now; null when it is gone.
    /// </summary>
    ValueTask<Result<ModelAlias?>> RollbackAliasAsync(Principal caller, string name, string alias, CancellationToken cancellation);
}
