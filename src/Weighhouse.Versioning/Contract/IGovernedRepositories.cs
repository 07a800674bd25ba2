using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

/// <summary>A file of a commit about to be made: content the store has already, by its id.</summary>
public readonly record struct CommitFile(TreePath Path, Digest Id, long SizeBytes);

/// <summary>What a commit about to be made holds: files, or the folder of another commit as it is.</summary>
public sealed record CommitContent
{
    private CommitContent(IReadOnlyList<CommitFile> files, Digest? tree)
    {
        Files = files;
        Tree = tree;
    }

    public static CommitContent Empty { get; } = new([], null);

    public IReadOnlyList<CommitFile> Files { get; }

    public Digest? Tree { get; }

    public static CommitContent Of(IReadOnlyList<CommitFile> files) => new(files, null);

    public static CommitContent Of(Digest tree) => new([], tree);
}

/// <param name="GovernedBy">See <see cref="Repository.GovernedBy"/>.</param>
public sealed record NewGovernedRepository(string Project, string Name, string GovernedBy);

/// <summary>
/// For modules whose facts are repositories too, such as registered models: they write rows of their own and refs in one unit, so that the
/// two can never disagree. Nobody's rights are asked for here: who calls this has asked for theirs. What takes a session belongs to the
/// caller's unit of writing, and is undone with it.
/// </summary>
public interface IGovernedRepositories
{
    /// <summary>Returns its number. AlreadyExists when the name is taken.</summary>
    ValueTask<Result<long>> CreateAsync(DbSession session, NewGovernedRepository repository, Principal actor, long nowMs);

    /// <summary>What a repository is called now; null when there is none of the number, or it is deleted.</summary>
    ValueTask<Repository?> FindAsync(DbSession session, long repository);

    /// <summary>Gives it another governor: the same by another name.</summary>
    ValueTask GovernAsync(DbSession session, long repository, string governedBy, long nowMs);

    /// <summary>A tombstone.</summary>
    ValueTask DeleteAsync(DbSession session, long repository, long nowMs);

    /// <summary>Null when there is no such ref.</summary>
    ValueTask<Ref?> FindRefAsync(DbSession session, long repository, string name);

    /// <summary>By name.</summary>
    /// <param name="prefix">"tags/", "aliases/", "stages/".</param>
    ValueTask<IReadOnlyList<Ref>> ListRefsAsync(DbSession session, long repository, string prefix, int countMax);

    /// <summary>
    /// Makes rows of the commits, which are in the store, and moves the refs, all or none. Conflict when a ref is not where
    /// <see cref="RefChange.Old"/> says.
    /// </summary>
    ValueTask<Result<Done>> ApplyAsync(
        DbSession session, long repository, IReadOnlyList<NamedCommit> commits, IReadOnlyList<RefChange> changes, string reason,
        Principal actor, long nowMs);

    /// <summary>
    /// Puts a commit into the store, durably, with the folders it needs: not yet known to any repository. NotFound when the store lacks a
    /// file; InvalidArgument when a path may not be in a folder, such as <c>.git</c>.
    /// </summary>
    /// <param name="commit">Makes the commit of its root folder.</param>
    ValueTask<Result<NamedCommit>> StoreAsync(
        CommitContent content, Func<TreeInfo, Commit> commit, CancellationToken cancellation);

    /// <summary>The files of a folder, whatever their depth, by path. InvalidArgument when there are more than the limit.</summary>
    Result<IReadOnlyList<CommitFile>> FilesOf(Digest tree, int countMax);
}
