using System.Runtime.CompilerServices;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Objects;

namespace Weighhouse.Versioning.Checks;

/// <summary>Tells the collection what repositories keep: commits, every node of their trees, every file in them.</summary>
internal sealed class LiveGraph(Roots roots, IObjectStore store) : ILiveObjects
{
    private readonly TreeReader _trees = new(store);

    public async IAsyncEnumerable<Digest> LiveAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        // Folders that many commits and repositories share are read once; 1,000,000 of them take 50 MB.
        var met = new HashSet<Digest>();
        foreach (var repository in await roots.RepositoriesAsync(cancellation))
        {
            foreach (var commit in await roots.CommitsAsync(repository, cancellation))
            {
                cancellation.ThrowIfCancellationRequested();
                yield return commit.Id;
                foreach (var id in Below(commit.Tree, met)) yield return id;
            }
        }
    }

    private IEnumerable<Digest> Below(Digest root, HashSet<Digest> met)
    {
        if (!met.Add(root)) yield break;
        var waiting = new Stack<Digest>([root]);
        while (waiting.TryPop(out var id))
        {
            yield return id;
            var read = _trees.Node(id);
            // What cannot be read cannot be followed: the collection must stop rather than take what lies below.
            if (!read.TryGet(out var node, out var error)) throw new VersioningException(error);
            foreach (var part in node.Parts)
                if (met.Add(part.Id)) waiting.Push(part.Id);
            foreach (var entry in node.Entries)
            {
                if (entry.Kind != EntryKind.Folder) yield return entry.Id;
                else if (met.Add(entry.Id)) waiting.Push(entry.Id);
            }
        }
    }
}
