using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Objects;

/// <summary>Reads folders, whole or one name, and follows paths. Every node is checked against what its parent said of it.</summary>
internal sealed class TreeReader(IObjectStore store)
{
    public Result<TreeNode> Node(Digest id)
    {
        if (!store.Read(ObjectKind.Tree, id).TryGet(out var bytes, out var error)) return error;
        return TreeNode.Decode(bytes.Span);
    }

    /// <summary>
    /// The node of a part, which must be what its parent says: one level below, ending with the name, as many entries and bytes.
    /// </summary>
    public Result<TreeNode> Node(TreePart part, int parentLevel)
    {
        if (!Node(part.Id).TryGet(out var node, out var error)) return error;
        if (node.EntryCount == 0) return Mismatch(part.Id);
        var last = node.Level == 0 ? node.Entries[^1].Name : node.Parts[^1].LastName;
        return node.Level == parentLevel - 1 && last == part.LastName && node.EntryCount == part.EntryCount
            && node.SizeBytes == part.SizeBytes
            ? node
            : Mismatch(part.Id);
    }

    /// <summary>All names of a folder in order.</summary>
    public Result<IReadOnlyList<TreeEntry>> Entries(Digest folder)
    {
        if (!Node(folder).TryGet(out var root, out var error)) return error;
        if (root.Level == 0) return Listed(root.Entries);
        var entries = new List<TreeEntry>();
        return Collect(root, entries) is { } damage ? damage : Listed(entries);
    }

    /// <summary>The entry with the name; NotFound when there is none. Reads one node a level.</summary>
    public Result<TreeEntry> Find(Digest folder, string name)
    {
        if (!Node(folder).TryGet(out var node, out var error)) return error;
        while (node.Level > 0)
        {
            var at = FirstNotBefore(node.Parts, static part => part.LastName, name);
            if (at == node.Parts.Count) return Missing(name);
            if (!Node(node.Parts[at], node.Level).TryGet(out node, out error)) return error;
        }

        var index = FirstNotBefore(node.Entries, static entry => entry.Name, name);
        return index < node.Entries.Count && node.Entries[index].Name == name ? node.Entries[index] : Missing(name);
    }

    /// <summary>What the path names, from a root folder; an empty path names the root itself.</summary>
    public Result<TreeEntry> Follow(Digest root, TreePath path)
    {
        var entry = new TreeEntry("", EntryKind.Folder, false, root, 0);
        foreach (var name in path.Names)
        {
            if (entry.Kind != EntryKind.Folder) return Error.NotFound($"There is no '{path}': '{entry.Name}' is not a folder.");
            if (!Find(entry.Id, name).TryGet(out entry, out var error))
                return error.Code == ErrorCode.NotFound ? Error.NotFound($"There is no '{path}': the folder lacks '{name}'.") : error;
        }

        return entry;
    }

    /// <summary>Some names of a folder in order, after the one given.</summary>
    public Result<IReadOnlyList<TreeEntry>> EntriesAfter(Digest folder, string? after, int count)
    {
        if (!Node(folder).TryGet(out var root, out var error)) return error;
        var entries = new List<TreeEntry>(Math.Min(count, 1_024));
        return CollectAfter(root, after, count, entries) is { } damage ? damage : Listed(entries);
    }

    /// <summary>A result of an interface type takes no part in conversions; this says it by name.</summary>
    private static Result<IReadOnlyList<TreeEntry>> Listed(IReadOnlyList<TreeEntry> entries) => Done.Ok.Map(_ => entries);

    private Error? Collect(TreeNode node, List<TreeEntry> entries)
    {
        entries.AddRange(node.Entries);
        foreach (var part in node.Parts)
        {
            if (!Node(part, node.Level).TryGet(out var child, out var error)) return error;
            if (Collect(child, entries) is { } damage) return damage;
        }

        return null;
    }

    private Error? CollectAfter(TreeNode node, string? after, int count, List<TreeEntry> entries)
    {
        var from = after is null ? 0 : FirstNotBefore(node.Entries, static entry => entry.Name, after);
        for (var i = from; i < node.Entries.Count && entries.Count < count; i++)
            if (node.Entries[i].Name != after) entries.Add(node.Entries[i]);
        var first = after is null ? 0 : FirstNotBefore(node.Parts, static part => part.LastName, after);
        for (var i = first; i < node.Parts.Count && entries.Count < count; i++)
        {
            if (!Node(node.Parts[i], node.Level).TryGet(out var child, out var error)) return error;
            if (CollectAfter(child, after, count, entries) is { } damage) return damage;
        }

        return null;
    }

    /// <summary>The first whose name is not before the one given; the count when all are.</summary>
    private static int FirstNotBefore<T>(IReadOnlyList<T> list, Func<T, string> nameOf, string name)
    {
        var (low, high) = (0, list.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (NameOrder.Of(nameOf(list[middle]), name) < 0) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private static Error Missing(string name) => Error.NotFound($"The folder has no '{name}'.");

    private static Error Mismatch(Digest id) =>
        new(ErrorCode.Corrupted, $"Tree {id} is damaged: it is not the part of a folder that the node above it describes.");
}
