using System.Collections.Concurrent;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Diffs;
using Weighhouse.Versioning.Objects;

namespace Weighhouse.Versioning.Commits;

/// <summary>
/// Which commit changed each of some names of a folder last. One walk for all of them: every commit is asked for those names alone that
/// are in it what they are in the head, and hands them on to the first parent in which they are the same. Those that no parent has so
/// are its own. The walk can be stopped and taken up again.
/// </summary>
internal sealed class FolderHistory
{
    /// <summary>Commits between two looks at the clock.</summary>
    private const int UnlookedMax = 16;

    private readonly TreePath _folder;
    private readonly TreeReader _trees;
    private readonly FolderDiff _diff;
    private readonly CommitWalk _walk = new();
    private readonly PriorityQueue<CommitNode, (long, long)> _waiting = new();
    private readonly Dictionary<long, HashSet<string>> _names = [];
    private readonly ConcurrentDictionary<string, Digest> _found = new(StringComparer.Ordinal);
    private int _isWalked;

    public FolderHistory(CommitNode head, TreePath folder, IReadOnlyList<string> names, TreeReader trees)
    {
        (_folder, _trees, _diff) = (folder, trees, new FolderDiff(trees));
        if (names.Count > 0) Hand(head, [.. names]);
    }

    public IReadOnlyDictionary<string, Digest> Found => _found;

    /// <summary>Goes on until all is found or the time is over; at once where somebody else is walking.</summary>
    public async ValueTask<Result<Done>> WalkAsync(CommitGraph graph, DbSession session, TimeProvider time, TimeSpan timeMax)
    {
        if (Interlocked.Exchange(ref _isWalked, 1) == 1) return Done.Value;
        try
        {
            var start = time.GetTimestamp();
            for (var passed = 1; _waiting.TryPeek(out var node, out _); passed++)
            {
                // Read before the commit is taken out: a failure leaves it for the next attempt.
                var parents = await graph.ParentsAsync(session, node, _walk);
                if (Pass(node, parents) is { } damage) return damage;
                if (passed % UnlookedMax == 0 && time.GetElapsedTime(start) > timeMax) break;
            }

            return Done.Value;
        }
        finally
        {
            Volatile.Write(ref _isWalked, 0);
        }
    }

    private Error? Pass(CommitNode node, CommitNode[] parents)
    {
        var left = _names[node.Number];
        var handed = new List<(CommitNode Parent, HashSet<string> Names)>();
        foreach (var parent in parents)
        {
            if (left.Count == 0) break;
            if (!DifferentIn(node, parent).TryGet(out var different, out var error)) return error;
            if (different is null) continue;
            var own = new HashSet<string>(different.Where(left.Contains), StringComparer.Ordinal);
            // What is the same is nearly all: the set itself goes on, and what differs stays.
            left.ExceptWith(own);
            handed.Add((parent, left));
            left = own;
        }

        _waiting.Dequeue();
        _names.Remove(node.Number);
        foreach (var name in left) _found[name] = node.Id;
        foreach (var (parent, names) in handed) Hand(parent, names);
        return null;
    }

    /// <summary>The names that are not the same in both; null when the parent lacks the folder.</summary>
    private Result<IReadOnlyCollection<string>?> DifferentIn(CommitNode node, CommitNode parent)
    {
        if (node.Tree == parent.Tree) return Names([]);
        if (!FolderOf(node).TryGet(out var here, out var error) || !FolderOf(parent).TryGet(out var there, out error)) return error;
        if (there is null) return Names(null);
        if (here == there) return Names([]);
        if (!_diff.Compare(there, here).TryGet(out var pairs, out error)) return error;
        return Names(pairs.ConvertAll(static pair => pair.Name));
    }

    private Result<Digest?> FolderOf(CommitNode node)
    {
        if (_folder.IsRoot) return (Digest?)node.Tree;
        var followed = _trees.Follow(node.Tree, _folder);
        if (followed.TryGet(out var entry, out var error)) return entry.Kind is EntryKind.Folder ? entry.Id : (Digest?)null;
        return error.Code is ErrorCode.NotFound ? (Digest?)null : error;
    }

    private void Hand(CommitNode node, HashSet<string> names)
    {
        if (names.Count == 0) return;
        if (_names.TryGetValue(node.Number, out var waiting))
        {
            waiting.UnionWith(names);
            return;
        }

        _names.Add(node.Number, names);
        _waiting.Enqueue(node, (-node.OrderMs, -node.Number));
    }

    /// <summary>A result of an interface type takes no part in conversions; this says it by name.</summary>
    private static Result<IReadOnlyCollection<string>?> Names(IReadOnlyCollection<string>? names) => Done.Ok.Map(_ => names);
}
