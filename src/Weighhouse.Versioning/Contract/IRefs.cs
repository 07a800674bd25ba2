using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

/// <summary>What a ref is for, told by the first part of its name.</summary>
public enum RefKind
{
    /// <summary>heads/NAME: moves forward.</summary>
    Branch,
    /// <summary>tags/NAME: never moves.</summary>
    Tag,
    /// <summary>Anything else, such as exp/NAME: kept from the collection, not listed with the branches.</summary>
    Hidden,
}

/// <summary>A name for a commit.</summary>
/// <param name="Name">Whole: "heads/main", "tags/v1", "exp/lr-3e-4".</param>
public sealed record Ref(string Name, Digest Commit, long UpdatedMs, string UpdatedBy)
{
    public const string Heads = "heads/";
    public const string Tags = "tags/";

    public RefKind Kind => KindOf(Name);

    /// <summary>The name without "heads/" or "tags/".</summary>
    public string ShortName => Kind switch
    {
        RefKind.Branch => Name[Heads.Length..],
        RefKind.Tag => Name[Tags.Length..],
        _ => Name,
    };

    public static RefKind KindOf(string name)
    {
        if (name.StartsWith(Heads, StringComparison.Ordinal)) return RefKind.Branch;
        return name.StartsWith(Tags, StringComparison.Ordinal) ? RefKind.Tag : RefKind.Hidden;
    }
}

/// <summary>One ref's move, if it still is where it was seen.</summary>
/// <param name="Old">Where it is; null when it must not exist.</param>
/// <param name="New">Where it goes; null to delete it.</param>
/// <param name="Force">Whether a branch may go where its present commit is no ancestor.</param>
public sealed record RefChange(string Name, Digest? Old, Digest? New, bool Force = false);

/// <summary>Several moves that happen together or not at all.</summary>
/// <param name="Reason">For the log of the refs: "commit: mend the labels", "push", "merge heads/exp".</param>
/// <param name="NewCommits">
/// Commits the refs need that the repository has no rows of, parents before children, at most
/// <see cref="VersioningOptions.RefChangesMax"/>; more are recorded before, by <see cref="ICommits.RecordAsync"/>.
/// </param>
public sealed record RefUpdate(IReadOnlyList<RefChange> Changes, string Reason, IReadOnlyList<Digest>? NewCommits = null);

/// <summary>A line of the log of a ref.</summary>
public sealed record RefLogEntry(long Number, string Name, Digest? Old, Digest? New, long AtMs, string Actor, string Reason);

/// <summary>Branches, tags and hidden refs of repositories.</summary>
public interface IRefs
{
    /// <param name="name">The whole name, such as "heads/main".</param>
    ValueTask<Result<Ref>> GetAsync(Principal caller, string repository, string name, CancellationToken cancellation);

    /// <param name="prefix">"heads/", "tags/", "exp/" or empty for all; by name.</param>
    ValueTask<Result<Page<Ref>>> ListAsync(
        Principal caller, string repository, string prefix, PageRequest page, CancellationToken cancellation);

    /// <summary>
    /// Moves all the refs or none. Conflict when one is not where <see cref="RefChange.Old"/> says; FailedPrecondition when a branch
    /// would lose commits without <see cref="RefChange.Force"/>, or a tag would move.
    /// </summary>
    ValueTask<Result<Done>> UpdateAsync(Principal caller, string repository, RefUpdate update, CancellationToken cancellation);

    /// <summary>Where a ref has been, the latest first, also after it was deleted.</summary>
    ValueTask<Result<Page<RefLogEntry>>> LogAsync(
        Principal caller, string repository, string name, PageRequest page, CancellationToken cancellation);

    /// <summary>
    /// The commit a person means: a branch, a tag, a whole ref name, an id or at least 4 digits of one, each followed by any of
    /// <c>~N</c> (N first parents back) and <c>^N</c> (the Nth parent).
    /// </summary>
    ValueTask<Result<Digest>> ResolveAsync(Principal caller, string repository, string revision, CancellationToken cancellation);
}
