namespace Weighhouse.Versioning.Workspace.Index;

/// <summary>Two sorted indexes side by side.</summary>
internal static class IndexJoin
{
    /// <summary>Every path of either, in order, with what each holds there.</summary>
    public static IEnumerable<(string Path, IndexEntry? One, IndexEntry? Other)> Of(WorkspaceIndex one, WorkspaceIndex other)
    {
        int left = 0, right = 0;
        while (left < one.Entries.Count || right < other.Entries.Count)
        {
            var order = left == one.Entries.Count ? 1 : right == other.Entries.Count ? -1
                : string.CompareOrdinal(one.Entries[left].Path, other.Entries[right].Path);
            if (order < 0) yield return (one.Entries[left].Path, one.Entries[left++], null);
            else if (order > 0) yield return (other.Entries[right].Path, null, other.Entries[right++]);
            else yield return (one.Entries[left].Path, one.Entries[left++], other.Entries[right++]);
        }
    }
}
