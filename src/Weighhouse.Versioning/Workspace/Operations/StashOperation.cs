using System.Globalization;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Merges;
using Weighhouse.Versioning.Objects;
using Weighhouse.Versioning.Workspace.Changes;
using Weighhouse.Versioning.Workspace.Commits;
using Weighhouse.Versioning.Workspace.Session;
using Weighhouse.Versioning.Workspace.Trees;

namespace Weighhouse.Versioning.Workspace.Operations;

/// <summary>Puts changes aside as a commit of their own on a hidden ref, and takes them up again by a merge.</summary>
internal sealed class StashOperation(WorkspaceSession session, WorkProgress progress)
{
    private const string Prefix = "stash/";

    /// <summary>The folder's changes and new files go into the stash; the folder is what the last commit holds.</summary>
    public async ValueTask<Result<StashEntry?>> PushAsync(string? message, CancellationToken cancellation)
    {
        if (session.Head is not { Commit: { } head, Tree: not null })
            return Error.Precondition("There is no commit yet to go back to. Make one: weigh commit -m \"the first\"");
        if (session.Merge is { } merge) return Error.Precondition($"The {merge.What} is not ended. Commit it, or: weigh merge --abort");
        var found = new ChangeScan(session.Folder, () => session.Store, session.Time).Run(session.Index, cancellation);
        if (found.Unversionable.Find(static problem => !problem.IsHarmless) is { } bad) return StageOperation.Refusal(bad);
        if (found.Changes.Count == 0 && !session.HasStaged) return Done.Ok.Map(static _ => (StashEntry?)null);
        using var writer = session.Store.BeginWrite();
        if (!StageOperation.Intake(session, writer, found.Changes, progress, cancellation).TryGet(
            out var next, out var error)) return error;
        var index = session.Index.With(next, null);
        if (!new TreeBuild(writer, session.Options).Write(index).TryGet(out var tree, out error)) return error;
        var now = session.Time.GetUtcNow().ToUnixTimeMilliseconds();
        message ??= $"On {session.Head.Branch ?? "no branch"}";
        var commit = new Commit(tree.Id, [head], AuthorName.Of(session), now, message, Commit.NoFacts, []);
        if (!CommitCodec.Store(writer, commit).TryGet(out var id, out error)) return error;
        var durable = await writer.CommitAsync(cancellation);
        if (durable.IsFailure) return durable.Error;
        if (!(await session.OpenGraphAsync(cancellation)).TryGet(out var graph, out error)) return error;
        string name;
        await using (graph)
        {
            if (!(await NextNameAsync(graph, cancellation)).TryGet(out name!, out error)) return error;
            var kept = await graph.Refs.UpdateAsync(
                WorkspaceGraph.Caller, WorkspaceGraph.Repository, new RefUpdate([new RefChange(name, null, id)], "stash", [id]),
                    cancellation);
            if (kept.IsFailure) return kept.Error;
        }

        // Everything is safe now: the folder's files are the index's, and may go.
        session.Save(index with { Tree = tree.Id });
        var cleaned = await CheckoutOperation.RunAsync(session, session.Head, force: false, progress, cancellation);
        return cleaned.Map(_ => (StashEntry?)new StashEntry(name, id, message, now));
    }

    public async ValueTask<Result<IReadOnlyList<StashEntry>>> ListAsync(CancellationToken cancellation)
    {
        if (!(await RefOperation.ListAsync(session, Prefix, cancellation)).TryGet(out var refs, out var error)) return error;
        var entries = new List<StashEntry>();
        foreach (var reference in refs.OrderByDescending(static reference => NumberOf(reference.Name)))
        {
            if (!Revisions.Load(session, reference.Commit).TryGet(out var commit, out error)) return error;
            entries.Add(new StashEntry(reference.Name, reference.Commit, commit.Commit.Message, commit.Commit.TimeMs));
        }

        return Done.Ok.Map<IReadOnlyList<StashEntry>>(_ => entries);
    }

    /// <summary>Brings the changes back into the folder, as changes that no commit holds.</summary>
    public async ValueTask<Result<WorkspaceMerged>> ApplyAsync(string? name, bool drop, CancellationToken cancellation)
    {
        if (session.HasStaged || session.Merge is not null)
            return Error.Precondition("Paths are staged, or a merge is not ended. Commit first, or unstage: weigh restore --staged .");
        if (!(await FindAsync(name, cancellation)).TryGet(out var entry, out var error)) return error;
        if (!Revisions.Load(session, entry.Commit).TryGet(out var stash, out error)) return error;
        if (!Revisions.Load(session, stash.Commit.Parents[0]).TryGet(out var origin, out error)) return error;
        using var writer = session.Store.BeginWrite();
        var merger = new TreeMerger(session.Store, writer, MergeStrategy.Fail, session.Options);
        var joined = await merger.MergeAsync(origin.Commit.Tree, session.Head.Tree!.Value, stash.Commit.Tree, cancellation);
        if (!joined.TryGet(out var merged, out error)) return error;
        if (merged.Conflicts.Count > 0)
            return new WorkspaceMerged(MergeResultKind.Conflicts, session.Head.Commit, merged.Conflicts, false, 0);
        var durable = await writer.CommitAsync(cancellation);
        if (durable.IsFailure) return durable.Error;
        var outcome = await CheckoutOperation.RunAsync(
            session, session.Head, force: false, progress, cancellation, beforeHead: null, content: merged.Tree.Id);
        if (!outcome.TryGet(out var done, out error)) return error;
        // The files are there; none of them is staged.
        if (!session.IndexOf(session.Head.Tree).TryGet(out var index, out error)) return error;
        session.Save(index);
        if (drop && await DropAsync(entry, cancellation) is { } failure) return failure;
        return new WorkspaceMerged(MergeResultKind.Committed, session.Head.Commit, [], false, done.Written + done.Deleted);
    }

    public async ValueTask<Result<StashEntry>> DropAsync(string? name, CancellationToken cancellation)
    {
        if (!(await FindAsync(name, cancellation)).TryGet(out var entry, out var error)) return error;
        return await DropAsync(entry, cancellation) is { } failure ? failure : entry;
    }

    private async ValueTask<Error?> DropAsync(StashEntry entry, CancellationToken cancellation)
    {
        if (!(await session.OpenGraphAsync(cancellation)).TryGet(out var graph, out var error)) return error;
        await using (graph)
            return (await RefOperation.UpdateAsync(graph, [new RefChange(entry.Name, entry.Commit, null, true)], "stash: drop",
                cancellation)).Error;
    }

    private async ValueTask<Result<StashEntry>> FindAsync(string? name, CancellationToken cancellation)
    {
        if (!(await ListAsync(cancellation)).TryGet(out var all, out var error)) return error;
        if (all.Count == 0) return Error.NotFound("Nothing is stashed.");
        if (name is null) return all[0];
        var wanted = name.StartsWith(Prefix, StringComparison.Ordinal) ? name : Prefix + name;
        foreach (var entry in all)
            if (entry.Name == wanted) return entry;
        return Error.NotFound($"There is no '{wanted}'. Those there are: weigh stash list");
    }

    private static async ValueTask<Result<string>> NextNameAsync(WorkspaceGraph graph, CancellationToken cancellation)
    {
        var listed = await graph.Refs.ListAsync(WorkspaceGraph.Caller, WorkspaceGraph.Repository, Prefix, new PageRequest(1_000),
            cancellation);
        return listed.Map(static page => Prefix
            + (page.Items.Select(static reference => NumberOf(reference.Name)).DefaultIfEmpty(0).Max() + 1).ToString(
                CultureInfo.InvariantCulture));
    }

    private static int NumberOf(string name) =>
        int.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
