using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

public enum ChangeKind
{
    Added,
    Removed,
    /// <summary>Other content, another kind, or executable where it was not.</summary>
    Modified,
    /// <summary>The same or similar content under another name.</summary>
    Renamed,
}

/// <summary>How one file differs between two trees. Folders differ by the files in them.</summary>
/// <param name="Path">Where it is; of a removed file, where it was.</param>
/// <param name="OldPath">Where a renamed file was; null for all others.</param>
/// <param name="Old">As it was; null when it was added.</param>
/// <param name="New">As it is; null when it was removed.</param>
/// <param name="Similarity">Of a renamed file: the share of its bytes that are the same, 1 for all.</param>
public sealed record TreeChange(
    ChangeKind Kind, TreePath Path, TreePath? OldPath, TreeEntry? Old, TreeEntry? New, double Similarity = 0);

/// <summary>The differences of two trees, by path.</summary>
/// <param name="IsCut">Whether there are more than were asked for.</param>
public sealed record TreeDiff(IReadOnlyList<TreeChange> Changes, bool IsCut);

/// <summary>What of two trees to compare.</summary>
/// <param name="Path">Only this file or folder; the root for all.</param>
/// <param name="FindRenames">Whether a removed and an added file of like content are told as one that was renamed.</param>
/// <param name="ChangesMax">Past this the rest is left out; null for <see cref="VersioningOptions.DiffChangesMax"/>.</param>
public sealed record DiffQuery(TreePath Path = default, bool FindRenames = true, int? ChangesMax = null);
