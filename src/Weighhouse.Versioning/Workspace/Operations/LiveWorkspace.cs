using System.Runtime.CompilerServices;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Objects;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Operations;

/// <summary>What the working folder keeps beside the refs: staged content, the commits it stands on without a branch, a merge that
/// waits.</summary>
internal sealed class LiveWorkspace(WorkspaceSession session) : ILiveObjects
{
    private readonly TreeReader _trees = new(session.Store);

#pragma warning disable CS1998 // Everything is read from the local store, whose calls do not wait.
    public async IAsyncEnumerable<Digest> LiveAsync([EnumeratorCancellation] CancellationToken cancellation)
#pragma warning restore CS1998
    {
        foreach (var entry in session.Index.Entries) yield return entry.Id;
        var met = new HashSet<Digest>();
        var waiting = new Stack<Digest>(session.Merge?.ParentIds() ?? []);
        if (session.Head.Commit is { } head) waiting.Push(head);
        while (waiting.TryPop(out var id))
        {
            cancellation.ThrowIfCancellationRequested();
            if (!met.Add(id)) continue;
            if (!CommitCodec.Load(session.Store, id).TryGet(out var commit, out var error)) throw new VersioningException(error);
            yield return id;
            foreach (var parent in commit.Parents) waiting.Push(parent);
            foreach (var below in Below(commit.Tree, met)) yield return below;
        }
    }

    private IEnumerable<Digest> Below(Digest root, HashSet<Digest> met)
    {
        if (!met.Add(root)) yield break;
        var waiting = new Stack<Digest>([root]);
        while (waiting.TryPop(out var id))
        {
            yield return id;
            // What cannot be read cannot be followed: the collection must stop rather than take what lies below.
            if (!_trees.Node(id).TryGet(out var node, out var error)) throw new VersioningException(error);
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
