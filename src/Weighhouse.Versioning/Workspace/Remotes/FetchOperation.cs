using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Operations;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Remotes;

/// <summary>Brings the branches and tags of a remote here, as remotes/NAME/… and tags/….</summary>
internal sealed class FetchOperation(WorkspaceSession session, WorkProgress progress)
{
    public async ValueTask<Result<RemoteOutcome>> RunAsync(string? name, CancellationToken cancellation)
    {
        if (!RemoteNames.Find(session, name).TryGet(out var remote, out var error)) return error;
        var opened = await RemoteOpening.OpenAsync(session, remote, mayCreate: false, progress, cancellation);
        if (!opened.TryGet(out var other, out error)) return error;
        await using (other)
        {
            if (!(await other.RefsAsync(cancellation)).TryGet(out var theirs, out error)) return error;
            var shared = theirs.Where(static reference => reference.Kind != RefKind.Hidden).ToList();
            var heads = shared.Select(static reference => reference.Commit).Distinct().ToList();
            if (!(await other.FetchAsync(heads, cancellation)).TryGet(out var brought, out error)) return error;
            if (!(await session.OpenGraphAsync(cancellation)).TryGet(out var graph, out error)) return error;
            await using (graph)
            {
                var recorded = await CommitRows.RecordAsync(graph, session, brought.Commits, heads, cancellation);
                if (recorded.IsFailure) return recorded.Error;
                if (!(await ChangesAsync(graph, remote.Name, shared, cancellation)).TryGet(out var changes, out error)) return error;
                var moved = await RefOperation.UpdateAllAsync(graph, changes, $"fetch {remote.Name}", cancellation);
                if (moved.IsFailure) return moved.Error;
                Upstream.Forget(session);
                return new RemoteOutcome(
                    remote.Name, other.Branch, brought.Commits.Count, brought.Objects, brought.Bytes,
                    [.. changes.Select(static change => change.Name)])
                {
                    WireBytes = brought.WireBytes, Rounds = brought.Rounds,
                };
            }
        }
    }

    private static async ValueTask<Result<List<RefChange>>> ChangesAsync(
        WorkspaceGraph graph, string remote, List<Ref> shared, CancellationToken cancellation)
    {
        var changes = new List<RefChange>();
        foreach (var reference in shared)
        {
            var local = reference.Kind == RefKind.Tag ? reference.Name : $"{Revisions.Remotes}{remote}/{reference.ShortName}";
            if (!(await RefOperation.FindAsync(graph, local, cancellation)).TryGet(out var mine, out var error)) return error;
            // A tag that is here stays what it is here.
            if (mine?.Commit == reference.Commit || (mine is not null && reference.Kind == RefKind.Tag)) continue;
            changes.Add(new RefChange(local, mine?.Commit, reference.Commit, Force: true));
        }

        return changes;
    }
}
