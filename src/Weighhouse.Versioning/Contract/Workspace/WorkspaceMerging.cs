using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

/// <summary>What to bring into the present branch.</summary>
/// <param name="From">A branch, tag or commit.</param>
/// <param name="Manual">Where both sides changed the same, keep ours in the folder and wait for the user to settle it.</param>
public sealed record WorkspaceMerge(
    string From, MergeStrategy Strategy, string? Message = null, bool AllowFastForward = true, bool Manual = false);

/// <summary>A commit whose changes are taken back or repeated.</summary>
/// <param name="IsRevert">Whether they are taken back.</param>
/// <param name="Mainline">For a merge commit, against which of its parents its changes are told, from 1; 0 for any other.</param>
public sealed record WorkspaceReplay(string Commit, bool IsRevert, MergeStrategy Strategy, string? Message = null, int Mainline = 0);

/// <param name="Head">Where the folder is now.</param>
/// <param name="Waits">Whether the merge is in the folder and waits for its conflicts to be settled.</param>
public sealed record WorkspaceMerged(MergeResultKind Kind, Digest? Head, IReadOnlyList<MergeConflict> Conflicts, bool Waits, int Written);

/// <summary>Changes put aside, to be taken up again.</summary>
/// <param name="Name">"stash/3".</param>
public sealed record StashEntry(string Name, Digest Commit, string Message, long TimeMs);
