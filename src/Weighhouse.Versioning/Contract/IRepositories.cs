using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

/// <summary>A history of files, with its branches and tags.</summary>
/// <param name="QuotaBytes">How much <paramref name="AddedBytes"/> may become; null for no limit.</param>
/// <param name="AddedBytes">
/// What it is charged: bytes of files that were new to the store when they came. Each collection sets it to what the repository keeps and
/// no older one does, so that it falls when content goes.
/// </param>
/// <param name="DeletedMs">When it was deleted; null while it lives.</param>
public sealed record Repository(
    string Project,
    string Name,
    string? Description,
    string DefaultBranch,
    long? QuotaBytes,
    long AddedBytes,
    long CreatedMs,
    string CreatedBy,
    long UpdatedMs,
    long? DeletedMs)
{
    public const string ModelGovernor = "model:";

    /// <summary>
    /// What makes, moves and deletes its own refs and decides who may do what: <c>model:NAME</c>, a registered model. Null for
    /// repositories that their users govern.
    /// </summary>
    public string? GovernedBy { get; init; }

    /// <summary>The name of the registered model it belongs to; null for none.</summary>
    public string? Model =>
        GovernedBy is { } governor && governor.StartsWith(ModelGovernor, StringComparison.Ordinal)
            ? governor[ModelGovernor.Length..]
            : null;

    /// <summary>Where rights on it are asked for: of a model's repository, at the model.</summary>
    public Scope Scope => Model is { } model ? Scope.Model(Project, model) : Scope.Repository(Project, Name);
}

/// <param name="Project">Null for <see cref="Scope.DefaultProject"/>.</param>
public sealed record NewRepository(
    string Name, string? Description = null, string? Project = null, string DefaultBranch = "main", long? QuotaBytes = null);

/// <summary>What to change; null leaves as it is.</summary>
/// <param name="QuotaBytes">Below zero takes the limit away. Administrators of the project only.</param>
/// <param name="Name">
/// Another name. Its old address leads nowhere from then on, and rights granted on the old name stay with that: administrators of the
/// repository who may create one in the project.
/// </param>
public sealed record RepositoryChange(
    string? Description = null, string? DefaultBranch = null, long? QuotaBytes = null, string? Name = null);

public enum RepositoryOrder
{
    Name,
    /// <summary>The last changed first.</summary>
    Updated,
    /// <summary>What added most to the store first.</summary>
    Added,
}

/// <summary>Which repositories to list, and in which order.</summary>
/// <param name="Text">A part of the name or the description, whatever its case; null for all.</param>
/// <param name="WithGoverned">Also those of registered models.</param>
public sealed record RepositoryQuery(
    string? Text = null, RepositoryOrder Order = RepositoryOrder.Name, bool WithGoverned = false);

/// <summary>Repositories. Names are unique on the server; the scope of one is <see cref="Scope.Repository"/>.</summary>
public interface IRepositories
{
    ValueTask<Result<Repository>> CreateAsync(Principal caller, NewRepository repository, CancellationToken cancellation);

    ValueTask<Result<Repository>> GetAsync(Principal caller, string name, CancellationToken cancellation);

    /// <summary>Those the caller may view.</summary>
    ValueTask<Result<Page<Repository>>> ListAsync(
        Principal caller, RepositoryQuery query, PageRequest page, CancellationToken cancellation);

    /// <summary>Those that can still be restored, the last deleted first; at most a page.</summary>
    ValueTask<Result<IReadOnlyList<Repository>>> ListDeletedAsync(Principal caller, CancellationToken cancellation);

    ValueTask<Result<Repository>> ChangeAsync(
        Principal caller, string name, RepositoryChange change, CancellationToken cancellation);

    /// <summary>A tombstone. The name is free; the content stays for <see cref="VersioningOptions.RestoreWithin"/>.</summary>
    ValueTask<Result<Done>> DeleteAsync(Principal caller, string name, CancellationToken cancellation);

    /// <summary>Brings back the last deleted repository of the name, with all its refs.</summary>
    ValueTask<Result<Repository>> RestoreAsync(Principal caller, string name, CancellationToken cancellation);
}
