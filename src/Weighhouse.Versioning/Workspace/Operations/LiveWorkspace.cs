using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Checks;
using Weighhouse.Versioning.Objects;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Operations;

/// <summary>What the working folder keeps beside the refs: staged content, the commits it stands on without a branch, a merge that
/// waits.</summary>
internal sealed class LiveWorkspace(WorkspaceSession session) : ILiveObjects
{
    public ValueTask NameAsync(ILiveMarks marks, CancellationToken cancellation)
    {
        marks.Begin(new LiveOwner("folder", ""));
        foreach (var entry in session.Index.Entries) marks.AddFile(entry.Id);
        var trees = new LiveTrees(session.Store);
        var met = new HashSet<Digest>();
        var waiting = new Stack<Digest>(session.Merge?.ParentIds() ?? []);
        if (session.Head.Commit is { } head) waiting.Push(head);
        while (waiting.TryPop(out var id))
        {
            cancellation.ThrowIfCancellationRequested();
            // By itself and not by its mark: a collection that stopped half way may have marked the commit and not its parents.
            if (!met.Add(id)) continue;
            if (!CommitCodec.Load(session.Store, id).TryGet(out var commit, out var error)) throw new VersioningException(error);
            marks.AddNode(id);
            foreach (var parent in commit.Parents) waiting.Push(parent);
            trees.Name(commit.Tree, marks);
        }

        return ValueTask.CompletedTask;
    }
}
