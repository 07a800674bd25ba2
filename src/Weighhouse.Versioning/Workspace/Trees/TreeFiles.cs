using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Objects;
using Weighhouse.Versioning.Workspace.Files;
using Weighhouse.Versioning.Workspace.Index;

namespace Weighhouse.Versioning.Workspace.Trees;

/// <summary>Every file of a tree as a list of paths, as an index holds them.</summary>
internal sealed class TreeFiles(IObjectStore store, VersioningOptions options)
{
    private readonly TreeReader _reader = new(store);

    /// <summary>The files, sorted by path, ordinal, with unknown stamps. A null tree has none.</summary>
    public Result<WorkspaceIndex> Read(Digest? tree)
    {
        if (tree is not { } root) return WorkspaceIndex.Empty;
        var entries = new List<IndexEntry>();
        return Collect(root, "", 0, entries) is { } error ? error : WorkspaceIndex.Sorted(entries, tree);
    }

    /// <summary>What a path of the tree names; NotFound when it names nothing.</summary>
    public Result<TreeEntry> Find(Digest tree, TreePath path) => _reader.Follow(tree, path);

    private Error? Collect(Digest folder, string prefix, int depth, List<IndexEntry> entries)
    {
        if (depth > options.FolderDepthMax)
            return Error.Invalid($"The tree is deeper than {options.FolderDepthMax} folders at '{prefix}'.", "path");
        if (!_reader.Entries(folder).TryGet(out var found, out var error)) return error with { Message = $"'{prefix}': {error.Message}" };
        foreach (var entry in found)
        {
            var path = prefix + entry.Name;
            if (path.Length > TreePath.LengthMax)
                return Error.Invalid($"A path of the tree is longer than {TreePath.LengthMax} characters: '{path[..80]}…'.", "path");
            if (entry.Kind != EntryKind.Folder)
                entries.Add(new IndexEntry(path, entry.Kind, entry.IsExecutable, entry.Id, entry.SizeBytes, FileStamp.Unknown, false));
            else if (Collect(entry.Id, path + "/", depth + 1, entries) is { } refusal) return refusal;
        }

        return null;
    }
}
