using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Operations;

/// <summary>Checks the history, collects what nothing names, and tells who takes how much room.</summary>
internal static class CareOperation
{
    /// <summary>The bytes first, so that what is damaged there can be named by ref and path.</summary>
    public static async ValueTask<Result<WorkspaceCheck>> CheckAsync(
        WorkspaceSession session, CheckDepth depth, CancellationToken cancellation)
    {
        var bytes = await session.Store.Care.CheckAsync(depth, cancellation);
        var suspects = bytes.Damages.Select(static damage => damage.Id).OfType<Digest>().ToHashSet();
        if (!(await session.OpenGraphAsync(cancellation)).TryGet(out var graph, out var error)) return error;
        await using (graph)
        {
            var checkedGraph = await graph.Get<IGraphCheck>().CheckAsync(
                WorkspaceGraph.Caller, WorkspaceGraph.Repository, suspects, cancellation);
            return checkedGraph.Map(report => new WorkspaceCheck(
                report.Commits, report.Trees, report.Files, bytes.Objects, bytes.Bytes, bytes.DamageCount, report.Damages, bytes.Damages));
        }
    }

    public static async ValueTask<Result<CollectionReport>> CollectAsync(
        WorkspaceSession session, CollectionRequest request, CancellationToken cancellation)
    {
        if (!(await session.OpenGraphAsync(cancellation)).TryGet(out var graph, out var error)) return error;
        await using (graph)
        {
            // All of them: the last one registered alone would let the rest be collected.
            var roots = graph.Get<IEnumerable<ILiveObjects>>().Append(new LiveWorkspace(session));
            return await session.Store.Care.CollectAsync(roots, request, cancellation);
        }
    }

    public static async ValueTask<Result<RepackReport>> RepackAsync(
        WorkspaceSession session, RepackRequest request, WorkProgress progress, CancellationToken cancellation)
    {
        if (!(await session.OpenGraphAsync(cancellation)).TryGet(out var graph, out var error)) return error;
        await using (graph)
        {
            progress.Begin("repacking", 0, 0);
            RepackReport? last = null;
            return await session.Store.Care.RepackAsync(graph.Get<IEnumerable<IRepackHints>>(), request, Tell, cancellation);

            void Tell(RepackReport report)
            {
                progress.Did(report.Files - (last?.Files ?? 0), report.ExaminedBytes - (last?.ExaminedBytes ?? 0));
                last = report;
            }
        }
    }

    public static async ValueTask<Result<WorkspaceUsage>> UsageAsync(
        WorkspaceSession session, IReadOnlyList<string> revisions, CancellationToken cancellation)
    {
        var named = new List<(string Name, Digest Commit)>();
        if (revisions.Count == 0)
        {
            foreach (var prefix in new[] { Ref.Heads, Ref.Tags })
            {
                if (!(await RefOperation.ListAsync(session, prefix, cancellation)).TryGet(out var refs, out var error)) return error;
                named.AddRange(refs.Select(static reference => (reference.Name, reference.Commit)));
            }
        }

        foreach (var revision in revisions)
        {
            if (!(await Revisions.ResolveAsync(session, revision, cancellation)).TryGet(out var commit, out var error)) return error;
            named.Add((revision, commit.Id));
        }

        return new UsageCount(session).Run(named, cancellation);
    }
}
