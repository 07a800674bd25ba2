using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

/// <summary>Which part of a history to list.</summary>
/// <param name="Heads">Where to begin: these commits and all their ancestors.</param>
/// <param name="Without">Leave out these commits and all their ancestors.</param>
public sealed record LogQuery(IReadOnlyList<Digest> Heads, IReadOnlyList<Digest>? Without = null)
{
    /// <summary>Only along first parents: what was committed or merged on the branch itself.</summary>
    public bool FirstParentOnly { get; init; }

    /// <summary>Only commits in which what this path names differs from their first parent; the root for all.</summary>
    public TreePath Path { get; init; }

    /// <summary>Only commits whose author's name or address has this in it, whatever its case; null for all.</summary>
    public string? Author { get; init; }

    /// <summary>Only commits whose message has this in it, whatever its case; null for all.</summary>
    public string? Text { get; init; }
}

/// <summary>How a history goes between two commits.</summary>
/// <param name="Ahead">Commits of the one that the other lacks.</param>
/// <param name="Behind">Commits of the other that the one lacks.</param>
public readonly record struct Distance(long Ahead, long Behind);

/// <summary>Commits of repositories and how they follow from each other.</summary>
public interface ICommits
{
    /// <summary>
    /// Makes commits that are in the store known to the repository, parents before children, so that refs can point at them. Does nothing
    /// for those it knows. Their content must be complete in the store: the caller has checked.
    /// </summary>
    ValueTask<Result<Done>> RecordAsync(
        Principal caller, string repository, IReadOnlyList<Digest> commits, CancellationToken cancellation);

    ValueTask<Result<NamedCommit>> GetAsync(Principal caller, string repository, Digest commit, CancellationToken cancellation);

    /// <summary>
    /// Newest first; children always before their parents. Where few of many commits are asked for, a page may come back short or empty
    /// and still name the next.
    /// </summary>
    ValueTask<Result<Page<NamedCommit>>> LogAsync(
        Principal caller, string repository, LogQuery query, PageRequest page, CancellationToken cancellation);

    /// <summary>
    /// The last commit that changed each of some names of a folder, of those that can be told in
    /// <see cref="VersioningOptions.FolderHistoryTimeMax"/>: the rest is absent, and asking again goes on where this stopped.
    /// </summary>
    /// <param name="names">Names that the folder has in the commit.</param>
    ValueTask<Result<IReadOnlyDictionary<string, NamedCommit>>> LastChangesAsync(
        Principal caller, string repository, Digest commit, TreePath folder, IReadOnlyList<string> names, CancellationToken cancellation);

    /// <summary>Whether the first is the second or one of its ancestors.</summary>
    ValueTask<Result<bool>> IsAncestorAsync(
        Principal caller, string repository, Digest ancestor, Digest descendant, CancellationToken cancellation);

    /// <summary>The best common ancestors: those that are no ancestors of another. None when the histories are unrelated.</summary>
    ValueTask<Result<IReadOnlyList<Digest>>> MergeBasesAsync(
        Principal caller, string repository, Digest one, Digest other, CancellationToken cancellation);

    ValueTask<Result<Distance>> DistanceAsync(
        Principal caller, string repository, Digest one, Digest other, CancellationToken cancellation);

    /// <summary>
    /// The commit that best halves those between good and bad: the next to try. Bad itself when nothing is left to try.
    /// </summary>
    ValueTask<Result<BisectStep>> BisectAsync(
        Principal caller, string repository, Digest bad, IReadOnlyList<Digest> good, CancellationToken cancellation);
}

/// <param name="Next">The commit to try; the first bad one when <see cref="Left"/> is 1.</param>
/// <param name="Left">How many commits may still be the first bad one.</param>
public readonly record struct BisectStep(Digest Next, long Left);
