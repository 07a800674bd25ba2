using Weighhouse.Versioning.Workspace.Files;
using Weighhouse.Versioning.Workspace.Index;

namespace Weighhouse.Versioning.Workspace.Changes;

internal enum FolderChangeKind
{
    Added,
    Modified,
    /// <summary>A file became a link or the other way round.</summary>
    Retyped,
    /// <summary>Only the executable bit.</summary>
    Mode,
    Deleted,
}

/// <summary>A difference between the index and the working folder.</summary>
/// <param name="Tracked">Null for a file the index lacks.</param>
/// <param name="Found">Null for a file that is gone.</param>
internal sealed record FileChange(string Path, FolderChangeKind Kind, IndexEntry? Tracked, FoundFile? Found);

/// <summary>How the working folder differs from the index.</summary>
/// <param name="Refreshed">Entries whose file was touched but holds the same: their new stamps, worth saving.</param>
internal sealed record FolderChanges(
    List<FileChange> Changes, Dictionary<string, IndexEntry?> Refreshed, List<Unversionable> Unversionable);
