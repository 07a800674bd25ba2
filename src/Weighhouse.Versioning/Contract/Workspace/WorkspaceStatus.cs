using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

/// <summary>How a path differs.</summary>
public enum PathState
{
    Added,
    Modified,
    /// <summary>A file became a link, or a link a file.</summary>
    Retyped,
    /// <summary>Only the executable bit.</summary>
    Mode,
    Deleted,
    /// <summary>Both sides of a merge changed it.</summary>
    Conflict,
}

/// <param name="SizeBytes">Of the newer side; of the older one when deleted.</param>
public sealed record PathChange(string Path, PathState State, long SizeBytes);

/// <summary>Something in the folder that no commit can hold.</summary>
public sealed record PathProblem(string Path, string Reason);

/// <summary>How far the present branch is from the remote's, as of the last fetch or push.</summary>
/// <param name="Name">"origin/main".</param>
/// <param name="Ahead">Commits here that it lacks.</param>
/// <param name="Behind">Commits there that are lacking here.</param>
public sealed record UpstreamState(string Name, long Ahead, long Behind);

/// <summary>Where a working folder stands and how it differs from its commit.</summary>
/// <param name="Branch">Null when a commit was switched to by id or tag.</param>
/// <param name="Commit">Null before the first.</param>
/// <param name="Staged">What a commit would hold when something was staged.</param>
/// <param name="Changed">Tracked files that differ from what is staged or committed.</param>
/// <param name="Untracked">Files that no commit holds yet and no pattern ignores.</param>
/// <param name="Problems">Files that cannot be versioned as they stand.</param>
/// <param name="Unfinished">What waits to be finished, in a sentence with its cure; null when nothing does.</param>
public sealed record WorkspaceStatus(
    string? Branch,
    Digest? Commit,
    IReadOnlyList<PathChange> Staged,
    IReadOnlyList<PathChange> Changed,
    IReadOnlyList<PathChange> Untracked,
    IReadOnlyList<PathProblem> Problems,
    string? Unfinished)
{
    /// <summary>Null where the branch follows none, and where another command is using the history.</summary>
    public UpstreamState? Upstream { get; init; }

    public bool IsClean => Staged.Count + Changed.Count + Untracked.Count + Problems.Count == 0;
}
