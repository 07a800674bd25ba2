using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Diffs;
using Weighhouse.Versioning.Objects;

namespace Weighhouse.Versioning.Merges;

/// <summary>
/// Merges two trees that began as a third. A name that one side alone changed is taken from that side; folders that both changed are
/// merged; content and the executable bit of a file are merged by themselves; what is left is a conflict.
/// </summary>
internal sealed class TreeMerger(IObjectStore store, IObjectWriter writer, MergeStrategy strategy, VersioningOptions options)
{
    private readonly TreeReader _trees = new(store);
    private readonly TreeWriter _writer = new(writer);
    private readonly FolderDiff _folders = new(new TreeReader(store));
    private readonly List<MergeConflict> _conflicts = [];

    /// <param name="origin">What both began as; null when they have nothing in common.</param>
    public Result<MergedTree> Merge(Digest? origin, Digest ours, Digest theirs)
    {
        if (!Folder(TreePath.Root, origin, ours, theirs, 0).TryGet(out var merged, out var error)) return error;
        _conflicts.Sort(static (a, b) => NameOrder.Of(a.Path.Text, b.Path.Text));
        return new MergedTree(merged, _conflicts);
    }

    private Result<TreeInfo> Folder(TreePath path, Digest? origin, Digest ours, Digest theirs, int depth)
    {
        if (depth > options.FolderDepthMax)
            return new Error(ErrorCode.Corrupted, $"'{path}' is more than {options.FolderDepthMax} folders deep.");
        if (ours == theirs || theirs == origin) return InfoOf(ours);
        if (ours == origin) return InfoOf(theirs);
        if (!_folders.Compare(origin, theirs).TryGet(out var theirChanges, out var error)) return error;
        if (!_folders.Compare(origin, ours).TryGet(out var ourChanges, out error)) return error;
        if (!_trees.Entries(ours).TryGet(out var entries, out error)) return error;
        var merged = entries.ToDictionary(static entry => entry.Name, StringComparer.Ordinal);
        var changedHere = ourChanges.ToDictionary(static pair => pair.Name, StringComparer.Ordinal);
        foreach (var theirChange in theirChanges)
        {
            var name = theirChange.Name;
            var mine = changedHere.TryGetValue(name, out var ourChange) ? ourChange.New : theirChange.Old;
            if (!Entry(path.Append(name), theirChange.Old, mine, theirChange.New, depth).TryGet(out var entry, out error)) return error;
            if (entry is { } kept) merged[name] = kept;
            else merged.Remove(name);
        }

        return _writer.Write(merged.Values);
    }

    /// <summary>What becomes of one name; null when it goes.</summary>
    private Result<TreeEntry?> Entry(TreePath path, TreeEntry? origin, TreeEntry? ours, TreeEntry? theirs, int depth)
    {
        if (ours == theirs || theirs == origin) return ours;
        if (ours == origin) return theirs;
        if (ours is { Kind: EntryKind.Folder } && theirs is { Kind: EntryKind.Folder }) return Folders(path, origin, ours, theirs, depth);
        if (ours is { Kind: EntryKind.File } && theirs is { Kind: EntryKind.File } && origin is { Kind: EntryKind.File } && Join(
            origin.Value, ours.Value, theirs.Value) is { } joined) return (TreeEntry?)joined;
        switch (strategy.For(path))
        {
            case MergeChoice.Ours: return ours;
            case MergeChoice.Theirs: return theirs;
        }

        if (_conflicts.Count == options.ConflictsMax)
            return Error.Precondition($"The merge has more than {options.ConflictsMax} conflicts. Merge a smaller step, or choose a side.");
        _conflicts.Add(new MergeConflict(path, KindOf(origin, ours, theirs), origin, ours, theirs));
        return ours;
    }

    private Result<TreeEntry?> Folders(TreePath path, TreeEntry? origin, TreeEntry? ours, TreeEntry? theirs, int depth)
    {
        Digest? below = origin is { Kind: EntryKind.Folder } folder ? folder.Id : null;
        if (!Folder(path, below, ours!.Value.Id, theirs!.Value.Id, depth + 1).TryGet(out var merged, out var error)) return error;
        // Each side has emptied it of what the other had left: nobody meant to keep an empty folder.
        return merged.EntryCount == 0 ? (TreeEntry?)null : TreeEntry.Folder(path.Name, merged);
    }

    /// <summary>
    /// A file of which one side changed the content and the other whether it is executable; null when both changed the content.
    /// </summary>
    private static TreeEntry? Join(TreeEntry origin, TreeEntry ours, TreeEntry theirs)
    {
        if (ours.Id != theirs.Id && ours.Id != origin.Id && theirs.Id != origin.Id) return null;
        var content = ours.Id == origin.Id ? theirs : ours;
        // A bit that both changed is the same in both.
        return content with { IsExecutable = ours.IsExecutable == origin.IsExecutable ? theirs.IsExecutable : ours.IsExecutable };
    }

    private Result<TreeInfo> InfoOf(Digest folder) =>
        _trees.Node(folder).Map(node => new TreeInfo(folder, node.SizeBytes, node.EntryCount));

    private static ConflictKind KindOf(TreeEntry? origin, TreeEntry? ours, TreeEntry? theirs)
    {
        if (ours is null) return ConflictKind.DeletedByUs;
        if (theirs is null) return ConflictKind.DeletedByThem;
        if (ours.Value.Kind == EntryKind.Folder != (theirs.Value.Kind == EntryKind.Folder)) return ConflictKind.FolderAgainstFile;
        return origin is null ? ConflictKind.BothAdded : ConflictKind.BothModified;
    }
}
