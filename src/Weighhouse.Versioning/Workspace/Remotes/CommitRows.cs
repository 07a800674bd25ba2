using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Operations;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Remotes;

/// <summary>Rows of commits whose objects were brought.</summary>
internal static class CommitRows
{
    /// <summary>An earlier exchange that was cut may have brought objects without rows: those are found from the heads.</summary>
    public static async ValueTask<Result<Done>> RecordAsync(
        WorkspaceGraph graph, WorkspaceSession into, IEnumerable<Digest> copied, IEnumerable<Digest> heads, CancellationToken cancellation)
    {
        var unknown = new List<Digest>();
        var met = new HashSet<Digest>();
        var waiting = new Stack<(Digest Id, bool IsComplete)>(heads.Select(static head => (head, false)));
        var fresh = copied.ToHashSet();
        while (waiting.TryPop(out var next))
        {
            if (next.IsComplete) unknown.Add(next.Id);
            if (next.IsComplete || !met.Add(next.Id)) continue;
            if (!fresh.Contains(next.Id))
            {
                if (!(await IsKnownAsync(graph, next.Id, cancellation)).TryGet(out var isKnown, out var failure)) return failure;
                if (isKnown) continue;
            }

            if (!Revisions.Load(into, next.Id).TryGet(out var commit, out var error)) return error;
            waiting.Push((next.Id, true));
            foreach (var parent in commit.Commit.Parents) waiting.Push((parent, false));
        }

        return await graph.Commits.RecordAsync(WorkspaceGraph.Caller, WorkspaceGraph.Repository, unknown, cancellation);
    }

    /// <summary>Whether the history has the commit, and with it all that is behind.</summary>
    public static async ValueTask<Result<bool>> IsKnownAsync(WorkspaceGraph graph, Digest commit, CancellationToken cancellation)
    {
        var row = await graph.Commits.GetAsync(WorkspaceGraph.Caller, WorkspaceGraph.Repository, commit, cancellation);
        return row.Error is { Code: not ErrorCode.NotFound } error ? error : !row.IsFailure;
    }
}
