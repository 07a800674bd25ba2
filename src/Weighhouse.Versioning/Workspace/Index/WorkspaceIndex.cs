using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Workspace.Index;

/// <summary>All tracked files, sorted by path, ordinal. Never changed in place: a command makes the next one and saves it.</summary>
/// <param name="Tree">The tree these entries make; null when something is staged.</param>
internal sealed record WorkspaceIndex(IReadOnlyList<IndexEntry> Entries, Digest? Tree)
{
    public static readonly WorkspaceIndex Empty = new([], null);

    /// <summary>Where the path stands, or the complement of where it would.</summary>
    public int Find(string path)
    {
        var (low, high) = (0, Entries.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(Entries[middle].Path, path);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }

    public IndexEntry? Get(string path) => Find(path) is var at and >= 0 ? Entries[at] : null;

    public bool HasBelow(string folder)
    {
        var prefix = folder + "/";
        var at = Find(prefix);
        if (at < 0) at = ~at;
        return at < Entries.Count && Entries[at].Path.StartsWith(prefix, StringComparison.Ordinal);
    }

    /// <summary>The next index: each path as the change says, null to leave it out.</summary>
    public WorkspaceIndex With(IReadOnlyDictionary<string, IndexEntry?> changes, Digest? tree)
    {
        if (changes.Count == 0) return this with { Tree = tree };
        var entries = new List<IndexEntry>(Entries.Count + changes.Count);
        foreach (var entry in Entries)
            if (!changes.ContainsKey(entry.Path)) entries.Add(entry);
        foreach (var change in changes.Values)
            if (change is { } added) entries.Add(added);
        return Sorted(entries, tree);
    }

    public static WorkspaceIndex Sorted(List<IndexEntry> entries, Digest? tree)
    {
        entries.Sort(static (one, other) => string.CompareOrdinal(one.Path, other.Path));
        return new WorkspaceIndex(entries, tree);
    }
}
