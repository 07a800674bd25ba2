using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Files;

namespace Weighhouse.Versioning.Workspace.Index;

/// <summary>A tracked file: what the next commit holds at the path, and how the file looked when it held just that.</summary>
/// <param name="Kind">A file or a link; folders follow from the paths.</param>
/// <param name="SizeBytes">Of the content.</param>
/// <param name="Stamp">As long as the file has this stamp, its content is <paramref name="Id"/>.</param>
/// <param name="IsLeftOut">A sparse checkout does not write it; it stays in every commit.</param>
internal readonly record struct IndexEntry(
    string Path, EntryKind Kind, bool IsExecutable, Digest Id, long SizeBytes, FileStamp Stamp, bool IsLeftOut)
{
    public bool HoldsSame(IndexEntry other) => Id == other.Id && Kind == other.Kind && IsExecutable == other.IsExecutable;

    /// <summary>Whether the file is known to hold the content without reading it.</summary>
    public bool Vouches(FileFacts facts) =>
        facts.Stamp == Stamp && facts.Type == (Kind == EntryKind.Symlink ? FileType.Symlink : FileType.File);
}
