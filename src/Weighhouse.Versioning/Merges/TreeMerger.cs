using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Content.Merging;
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
    private readonly ContentMerger _contents = new(store, writer, strategy, options);
    private readonly List<MergeConflict> _conflicts = [];
    private readonly List<string> _mixed = [];

    /// <param name="origin">What both began as; null when they have nothing in common.</param>
    public async ValueTask<Result<MergedTree>> MergeAsync(Digest? origin, Digest ours, Digest theirs, CancellationToken cancellation)
    {
        if (!(await FolderAsync(TreePath.Root, origin, ours, theirs, 0, cancellation)).TryGet(out var merged, out var error)) return error;
        _conflicts.Sort(static (a, b) => NameOrder.Of(a.Path.Text, b.Path.Text));
        return new MergedTree(merged, _conflicts) { Facts = Facts() };
    }

    private async ValueTask<Result<TreeInfo>> FolderAsync(
        TreePath path, Digest? origin, Digest ours, Digest theirs, int depth, CancellationToken cancellation)
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
            var settled = await EntryAsync(path.Append(name), theirChange.Old, mine, theirChange.New, depth, cancellation);
            if (!settled.TryGet(out var entry, out error)) return error;
            if (entry is { } kept) merged[name] = kept;
            else merged.Remove(name);
        }

        return _writer.Write(merged.Values);
    }

    /// <summary>What becomes of one name; null when it goes.</summary>
    private async ValueTask<Result<TreeEntry?>> EntryAsync(
        TreePath path, TreeEntry? origin, TreeEntry? ours, TreeEntry? theirs, int depth, CancellationToken cancellation)
    {
        if (ours == theirs || theirs == origin) return ours;
        if (ours == origin) return theirs;
        if (ours is { Kind: EntryKind.Folder } && theirs is { Kind: EntryKind.Folder }) 
            return await FoldersAsync(path, origin, ours, theirs, depth, cancellation);
        IReadOnlyList<MergePlace> places = [];
        if (ours is { Kind: EntryKind.File } && theirs is { Kind: EntryKind.File } && origin is { Kind: EntryKind.File })
        {
            if (Join(origin.Value, ours.Value, theirs.Value) is { } joined) return (TreeEntry?)joined;
            var inside = await ContentAsync(path, origin.Value, ours.Value, theirs.Value, cancellation);
            if (!inside.TryGet(out var merged, out var error)) return error;
            if (merged.Entry is not null) return merged.Entry;
            places = merged.Places;
        }

        switch (strategy.For(path))
        {
            case MergeChoice.Ours: return ours;
            case MergeChoice.Theirs: return theirs;
        }

        if (_conflicts.Count == options.ConflictsMax)
            return Error.Precondition($"The merge has more than {options.ConflictsMax} conflicts. Merge a smaller step, or choose a side.");
        _conflicts.Add(new MergeConflict(path, KindOf(origin, ours, theirs), origin, ours, theirs) { Places = places });
        return ours;
    }

    /// <summary>A file that both sides changed, by what it holds; where that cannot be, the places at which they disagree.</summary>
    private async ValueTask<Result<(TreeEntry? Entry, IReadOnlyList<MergePlace> Places)>> ContentAsync(
        TreePath path, TreeEntry origin, TreeEntry ours, TreeEntry theirs, CancellationToken cancellation)
    {
        if (!strategy.LooksInside) return ((TreeEntry?)null, (IReadOnlyList<MergePlace>)[]);
        var merged = await _contents.MergeAsync(path, origin, ours, theirs, cancellation);
        if (!merged.TryGet(out var content, out var error) && error is not null) return error;
        if (content?.File is not { } file) return ((TreeEntry?)null, content?.Places ?? []);
        if (content.IsMixed) _mixed.Add(path.Text);
        return (TreeEntry.File(path.Name, file.Id, file.SizeBytes, IsExecutable(origin, ours, theirs)), []);
    }

    private IReadOnlyDictionary<string, string> Facts() => _mixed.Count == 0
        ? Commit.NoFacts
        : new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [WeightRecipe.Fact] = strategy.Weights!.ToString(),
            [WeightRecipe.FilesFact] = PlainText.Cut(string.Join('\n', _mixed), CommitRules.FactValueLengthMax),
        };

    private async ValueTask<Result<TreeEntry?>> FoldersAsync(
        TreePath path, TreeEntry? origin, TreeEntry? ours, TreeEntry? theirs, int depth, CancellationToken cancellation)
    {
        Digest? below = origin is { Kind: EntryKind.Folder } before ? before.Id : null;
        var folder = await FolderAsync(path, below, ours!.Value.Id, theirs!.Value.Id, depth + 1, cancellation);
        if (!folder.TryGet(out var merged, out var error)) return error;
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
        return content with { IsExecutable = IsExecutable(origin, ours, theirs) };
    }

    /// <summary>A bit that both changed is the same in both.</summary>
    private static bool IsExecutable(TreeEntry origin, TreeEntry ours, TreeEntry theirs) =>
        ours.IsExecutable == origin.IsExecutable ? theirs.IsExecutable : ours.IsExecutable;

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
