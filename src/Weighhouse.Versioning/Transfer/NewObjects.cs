using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Diffs;
using Weighhouse.Versioning.Objects;

namespace Weighhouse.Versioning.Transfer;

/// <summary>
/// What the commits of a gap lead to and the commits before them do not: found by comparing each tree with its first parent's, so that
/// what nothing has changed in is not looked at.
/// </summary>
internal sealed class NewObjects
{
    private readonly TreeReader _trees;
    private readonly FolderDiff _folders;
    private readonly HashSet<Digest> _met = [];
    private readonly Func<int, Error?> _limit;

    private NewObjects(IObjectStore store, Func<int, Error?> limit)
    {
        _trees = new TreeReader(store);
        _folders = new FolderDiff(_trees);
        _limit = limit;
    }

    /// <summary>Files, and the file that was in the place of each before.</summary>
    public List<(Digest Id, Digest? Before)> Files { get; } = [];

    /// <summary>Nodes of folders, those below first.</summary>
    public List<Digest> Trees { get; } = [];

    /// <summary>Parents before children.</summary>
    public List<Digest> Commits { get; } = [];

    /// <param name="limit">Refuses when told of more objects than it allows.</param>
    public static Result<NewObjects> Find(IObjectStore store, HistoryGap gap, Func<int, Error?> limit)
    {
        var found = new NewObjects(store, limit);
        for (var i = gap.Commits.Count - 1; i >= 0; i--)
        {
            var commit = gap.Commits[i];
            Digest? known = commit.Parents.Length > 0 && gap.Parents.TryGetValue(commit.Parents[0], out var parent) ? parent.Tree : null;
            if (found.AddTree(commit.Tree, known) is { } error) return error;
            found.Commits.Add(commit.Id);
        }

        return found;
    }

    private Error? AddTree(Digest folder, Digest? known)
    {
        if (folder == known || _met.Contains(folder)) return null;
        if (!_folders.Compare(known, folder).TryGet(out var pairs, out var error)) return error;
        foreach (var pair in pairs)
        {
            if (pair.New is not { } entry) continue;
            if (entry.Kind == EntryKind.Folder)
            {
                Digest? below = pair.Old is { Kind: EntryKind.Folder } old ? old.Id : null;
                if (AddTree(entry.Id, below) is { } refusal) return refusal;
            }
            else if (_met.Add(entry.Id))
            {
                Files.Add((entry.Id, pair.Old is { Kind: not EntryKind.Folder } before ? before.Id : null));
                if (_limit(Files.Count + Trees.Count) is { } tooMany) return tooMany;
            }
        }

        return AddNodes(folder, NodesOf(known));
    }

    /// <summary>The nodes of one folder that the folder before it lacks; parts come before what lists them.</summary>
    private Error? AddNodes(Digest id, HashSet<Digest> known)
    {
        if (known.Contains(id) || _met.Contains(id)) return null;
        if (!_trees.Node(id).TryGet(out var node, out var error)) return error;
        foreach (var part in node.Parts)
            if (AddNodes(part.Id, known) is { } damage) return damage;
        _met.Add(id);
        Trees.Add(id);
        return _limit(Files.Count + Trees.Count);
    }

    private HashSet<Digest> NodesOf(Digest? folder)
    {
        var nodes = new HashSet<Digest>();
        if (folder is not { } root) return nodes;
        var waiting = new Stack<Digest>([root]);
        while (waiting.TryPop(out var id))
        {
            if (!nodes.Add(id) || !_trees.Node(id).TryGet(out var node, out _)) continue;
            foreach (var part in node.Parts)
            {
                // A leaf's id is known without reading it.
                if (node.Level == 1) nodes.Add(part.Id);
                else waiting.Push(part.Id);
            }
        }

        return nodes;
    }
}
