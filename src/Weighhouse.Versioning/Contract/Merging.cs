using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

/// <summary>What to do where both sides changed the same thing differently.</summary>
public enum MergeChoice
{
    /// <summary>Tell it as a conflict.</summary>
    Fail,
    Ours,
    Theirs,
}

/// <summary>How conflicts are settled: by the longest path that holds the place in question, else by the default.</summary>
/// <param name="Paths">Files or folders with a choice of their own.</param>
public sealed record MergeStrategy(
    MergeChoice Default = MergeChoice.Fail, IReadOnlyList<KeyValuePair<TreePath, MergeChoice>>? Paths = null)
{
    public static readonly MergeStrategy Fail = new();

    public MergeChoice For(TreePath path)
    {
        var (choice, length) = (Default, -1);
        foreach (var (place, chosen) in Paths ?? [])
            if (place.Contains(path) && place.Text.Length > length) (choice, length) = (chosen, place.Text.Length);
        return choice;
    }
}

public enum ConflictKind
{
    /// <summary>Both sides changed it, differently.</summary>
    BothModified,
    /// <summary>Both sides added it, differently.</summary>
    BothAdded,
    /// <summary>Our side deleted what theirs changed.</summary>
    DeletedByUs,
    /// <summary>Their side deleted what ours changed.</summary>
    DeletedByThem,
    /// <summary>One side has a folder where the other has a file or a link.</summary>
    FolderAgainstFile,
}

/// <summary>A place that both sides changed differently, as each of the three trees has it; null where it is absent.</summary>
public sealed record MergeConflict(TreePath Path, ConflictKind Kind, TreeEntry? Base, TreeEntry? Ours, TreeEntry? Theirs);

/// <summary>The outcome of merging two trees.</summary>
/// <param name="Tree">The merged tree; where there are conflicts, with our side in their places.</param>
/// <param name="Conflicts">By path; empty when the merge is clean.</param>
public sealed record MergedTree(TreeInfo Tree, IReadOnlyList<MergeConflict> Conflicts);

/// <param name="Into">The branch that moves, such as "main".</param>
/// <param name="From">What is merged: a branch, a tag, a commit.</param>
/// <param name="Message">Null for one that says what was merged.</param>
/// <param name="AllowFastForward">Whether the branch simply moves where it has nothing of its own.</param>
public sealed record MergeRequest(
    string Into, string From, MergeStrategy Strategy, string? Message = null, bool AllowFastForward = true, CommitAuthor? Author = null);

/// <param name="Branch">The branch that moves.</param>
/// <param name="Commit">The commit whose changes are taken back or repeated.</param>
/// <param name="Mainline">For a merge commit, against which of its parents its changes are told, from 1; 0 for any other.</param>
public sealed record ReplayRequest(
    string Branch, string Commit, MergeStrategy Strategy, string? Message = null, int Mainline = 0, CommitAuthor? Author = null);

public enum MergeResultKind
{
    /// <summary>The branch has all of it already.</summary>
    UpToDate,
    /// <summary>The branch moved to what was merged.</summary>
    FastForward,
    /// <summary>A new commit.</summary>
    Committed,
    /// <summary>Nothing was changed: see the conflicts.</summary>
    Conflicts,
}

/// <param name="Head">Where the branch is now.</param>
public sealed record MergeResult(MergeResultKind Kind, Digest Head, IReadOnlyList<MergeConflict> Conflicts);

/// <summary>Compares trees, and brings the changes of one history into another.</summary>
public interface IMerges
{
    /// <summary>The differences from one commit to another; null is the empty tree.</summary>
    ValueTask<Result<TreeDiff>> DiffAsync(
        Principal caller, string repository, Digest? old, Digest? current, DiffQuery query, CancellationToken cancellation);

    ValueTask<Result<MergeResult>> MergeAsync(
        Principal caller, string repository, MergeRequest request, CancellationToken cancellation);

    /// <summary>A new commit on the branch that takes a commit's changes back.</summary>
    ValueTask<Result<MergeResult>> RevertAsync(
        Principal caller, string repository, ReplayRequest request, CancellationToken cancellation);

    /// <summary>A new commit on the branch that repeats a commit's changes.</summary>
    ValueTask<Result<MergeResult>> CherryPickAsync(
        Principal caller, string repository, ReplayRequest request, CancellationToken cancellation);
}
