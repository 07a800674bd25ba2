using Weighhouse.Kernel;
using Weighhouse.Versioning.Objects;

namespace Weighhouse.Versioning.Diffs;

/// <summary>An entry of one folder that differs in another: absent from one, or not the same in both.</summary>
internal readonly record struct EntryPair(TreeEntry? Old, TreeEntry? New)
{
    public string Name => (New ?? Old)!.Value.Name;
}

/// <summary>Compares two folders by reading only the nodes in which they differ.</summary>
internal sealed class FolderDiff(TreeReader trees)
{
    /// <summary>The entries that differ, by name.</summary>
    /// <param name="old">Null when there was no folder.</param>
    /// <param name="current">Null when there is none any more.</param>
    public Result<List<EntryPair>> Compare(Digest? old, Digest? current)
    {
        if (old == current) return new List<EntryPair>();
        if (!RootOf(old).TryGet(out var left, out var error)) return error;
        if (!RootOf(current).TryGet(out var right, out error)) return error;
        while (left.Level > 0 || right.Level > 0)
        {
            if (left.Level == right.Level) DropShared(left, right);
            var (expandLeft, expandRight) = (left.Level >= right.Level, right.Level >= left.Level);
            if (expandLeft && !Expand(left).TryGet(out left!, out error)) return error;
            if (expandRight && !Expand(right).TryGet(out right!, out error)) return error;
        }

        return Pair(left.Entries, right.Entries);
    }

    /// <summary>Equal parts hold equal entries, and no name is in two parts: what both have cannot differ.</summary>
    private static void DropShared(Side left, Side right)
    {
        var shared = left.Parts.Select(static part => part.Id).ToHashSet();
        shared.IntersectWith(right.Parts.Select(static part => part.Id));
        left.Parts.RemoveAll(part => shared.Contains(part.Id));
        right.Parts.RemoveAll(part => shared.Contains(part.Id));
    }

    private static List<EntryPair> Pair(List<TreeEntry> old, List<TreeEntry> current)
    {
        var pairs = new List<EntryPair>();
        var (left, right) = (0, 0);
        while (left < old.Count || right < current.Count)
        {
            var order = left == old.Count ? 1 : right == current.Count ? -1 : NameOrder.Of(old[left].Name, current[right].Name);
            if (order < 0) pairs.Add(new EntryPair(old[left++], null));
            else if (order > 0) pairs.Add(new EntryPair(null, current[right++]));
            else
            {
                if (old[left] != current[right]) pairs.Add(new EntryPair(old[left], current[right]));
                left++;
                right++;
            }
        }

        return pairs;
    }

    private Result<Side> RootOf(Digest? folder)
    {
        if (folder is null) return new Side(0);
        if (!trees.Node(folder.Value).TryGet(out var root, out var error)) return error;
        var side = new Side(root.Level);
        side.Entries.AddRange(root.Entries);
        side.Parts.AddRange(root.Parts);
        return side;
    }

    private Result<Side> Expand(Side side)
    {
        var below = new Side(side.Level - 1);
        foreach (var part in side.Parts)
        {
            if (!trees.Node(part, side.Level).TryGet(out var node, out var error)) return error;
            below.Entries.AddRange(node.Entries);
            below.Parts.AddRange(node.Parts);
        }

        return below;
    }

    /// <summary>What is left of one folder at a level.</summary>
    private sealed class Side(int level)
    {
        public int Level => level;

        public List<TreeEntry> Entries { get; } = [];

        public List<TreePart> Parts { get; } = [];
    }
}
