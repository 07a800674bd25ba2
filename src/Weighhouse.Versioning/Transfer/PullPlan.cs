using System.Security.Cryptography;
using System.Text;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Commits;
using Weighhouse.Versioning.Diffs;
using Weighhouse.Versioning.Objects;

namespace Weighhouse.Versioning.Transfer;

/// <summary>
/// The objects somebody lacks who has one part of a history and wants another, in an order in which nothing comes before what it refers
/// to: chunks, recipes, trees, commits. The same question has the same plan, so that a place in it can be asked for again.
/// </summary>
internal sealed class PullPlan
{
    private PullPlan(List<Digest> ids) => Ids = ids;

    public List<Digest> Ids { get; }

    public static Digest KeyOf(long repository, IEnumerable<Digest> want, IEnumerable<Digest> have)
    {
        var text = new StringBuilder().Append(repository);
        foreach (var id in want) text.Append('+').Append(id);
        foreach (var id in have) text.Append('-').Append(id);
        return new Digest(SHA256.HashData(Encoding.ASCII.GetBytes(text.ToString())));
    }

    /// <param name="wanted">The commits to send, newest first, each with the trees of parents the other side has or gets.</param>
    /// <param name="countMax">More objects than this are refused.</param>
    public static Result<PullPlan> Make(
        IObjectStore store, IReadOnlyList<CommitNode> wanted, IReadOnlyDictionary<long, CommitNode> parents, int countMax)
    {
        var builder = new Builder(store, countMax);
        for (var i = wanted.Count - 1; i >= 0; i--)
        {
            var commit = wanted[i];
            Digest? known = commit.Parents.Length > 0 && parents.TryGetValue(commit.Parents[0], out var parent) ? parent.Tree : null;
            if (builder.AddTree(commit.Tree, known, 0) is { } error) return error;
            builder.Commits.Add(commit.Id);
        }

        return new PullPlan([.. builder.Chunks, .. builder.Recipes, .. builder.Trees, .. builder.Commits]);
    }

    private sealed class Builder(IObjectStore store, int countMax)
    {
        private readonly TreeReader _trees = new(store);
        private readonly FolderDiff _folders = new(new TreeReader(store));
        private readonly HashSet<Digest> _met = [];

        public List<Digest> Chunks { get; } = [];

        public List<Digest> Recipes { get; } = [];

        public List<Digest> Trees { get; } = [];

        public List<Digest> Commits { get; } = [];

        public Error? AddTree(Digest folder, Digest? known, int depth)
        {
            if (folder == known || _met.Contains(folder)) return null;
            if (!_folders.Compare(known, folder).TryGet(out var pairs, out var error)) return error;
            foreach (var pair in pairs)
            {
                if (pair.New is not { } entry) continue;
                Digest? below = pair.Old is { Kind: EntryKind.Folder } old ? old.Id : null;
                var refusal = entry.Kind == EntryKind.Folder ? AddTree(entry.Id, below, depth + 1) : AddFile(entry, pair.Old);
                if (refusal is not null) return refusal;
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
            return Add(Trees, id);
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

        /// <summary>The chunks of the file that the one in its place before does not have.</summary>
        private Error? AddFile(TreeEntry entry, TreeEntry? before)
        {
            if (!_met.Add(entry.Id)) return null;
            if (!store.Recipe(entry.Id).TryGet(out var recipe, out var error)) return error;
            var known = before is { Kind: not EntryKind.Folder } old && store.Recipe(old.Id).TryGet(out var past, out _)
                ? past.Chunks.Select(static chunk => chunk.Id).ToHashSet() : [];
            foreach (var chunk in recipe.Chunks)
            {
                var isNew = !known.Contains(chunk.Id) && (chunk.Id == entry.Id || _met.Add(chunk.Id));
                if (isNew && Add(Chunks, chunk.Id) is { } tooMany) return tooMany;
            }

            return recipe.Chunks is [var only] && only.Id == entry.Id ? null : Add(Recipes, entry.Id);
        }

        private Error? Add(List<Digest> list, Digest id)
        {
            list.Add(id);
            return Chunks.Count + Recipes.Count + Trees.Count <= countMax
                ? null
                : Error.Invalid(
                    $"What is wanted has more than {countMax} objects. Want an older commit first, then go on from it.", "want");
        }
    }
}
