using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Merges;
using Weighhouse.Versioning.Objects;
using Weighhouse.Versioning.Workspace.Commits;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Operations;

/// <summary>
/// Brings another history, or one commit, into the folder and its branch. Trees are merged in the store first: a conflict leaves the
/// folder as
/// it was.
/// </summary>
internal sealed class MergeOperation(WorkspaceSession session, WorkProgress progress)
{
    public async ValueTask<Result<WorkspaceMerged>> MergeAsync(WorkspaceMerge request, CancellationToken cancellation)
    {
        if (Refuse() is { } refusal) return refusal;
        if (!(await session.OpenGraphAsync(cancellation)).TryGet(out var graph, out var error)) return error;
        await using (graph)
        {
            var name = Revisions.Expand(session, request.From);
            var resolved = await graph.Refs.ResolveAsync(WorkspaceGraph.Caller, WorkspaceGraph.Repository, name, cancellation);
            if (!resolved.TryGet(out var from, out error)) return error;
            return await MergeAsync(graph, from, request, cancellation);
        }
    }

    /// <summary>Brings in a commit whose row the history has.</summary>
    public async ValueTask<Result<WorkspaceMerged>> MergeAsync(
        WorkspaceGraph graph, Digest from, WorkspaceMerge request, CancellationToken cancellation)
    {
        if (!Revisions.Load(session, from).TryGet(out var theirs, out var error)) return error;
        if (session.Head.Commit is not { } head) return await ForwardAsync(graph, theirs, request, cancellation);
        var found = await graph.Commits.MergeBasesAsync(WorkspaceGraph.Caller, WorkspaceGraph.Repository, head, from, cancellation);
        if (!found.TryGet(out var bases, out error)) return error;
        if (bases.Contains(from)) return new WorkspaceMerged(MergeResultKind.UpToDate, head, [], false, 0);
        if (request.AllowFastForward && bases.Contains(head)) return await ForwardAsync(graph, theirs, request, cancellation);
        Digest? origin = null;
        if (bases.Count > 0)
        {
            if (!Revisions.Load(session, bases[0]).TryGet(out var common, out error)) return error;
            origin = common.Commit.Tree;
        }

        var message = request.Message ?? $"Merge {request.From} into {session.Head.Branch ?? "HEAD"}";
        return await ApplyAsync(
            graph, new Application($"merge of {request.From}", message, [head, from], [], origin, theirs.Commit.Tree), request.Strategy,
            request.Manual, cancellation);
    }

    public async ValueTask<Result<WorkspaceMerged>> ReplayAsync(WorkspaceReplay request, CancellationToken cancellation)
    {
        if (Refuse() is { } refusal) return refusal;
        if (session.Head.Commit is not { } head) return Error.NotFound("There is no commit yet. Make one: weigh commit -m \"the first\"");
        if (!(await Revisions.ResolveAsync(session, request.Commit, cancellation)).TryGet(out var named, out var error)) return error;
        if (!ParentTree(named, request.Mainline).TryGet(out var parent, out error)) return error;
        using var writer = session.Store.BeginWrite();
        if (!new TreeWriter(writer).Write([]).TryGet(out var empty, out error)) return error;
        var durable = await writer.CommitAsync(cancellation);
        if (durable.IsFailure) return durable.Error;
        var before = parent ?? empty.Id;
        var verb = request.IsRevert ? "revert" : "cherry-pick";
        var message = request.Message ?? (request.IsRevert
            ? $"Revert \"{named.Commit.Subject}\"\n\nThis takes back {named.Id}."
            : named.Commit.Message);
        var (origin, theirs) = request.IsRevert ? (named.Commit.Tree, before) : (before, named.Commit.Tree);
        var link = new CommitLink(request.IsRevert ? "reverts" : "picked-from", $"commit:{named.Id}");
        if (!(await session.OpenGraphAsync(cancellation)).TryGet(out var graph, out error)) return error;
        await using (graph)
        {
            return await ApplyAsync(
                graph, new Application($"{verb} of {named.Id.ToString()[..12]}", message, [head], [link], origin, theirs), request.Strategy,
                manual: false, cancellation);
        }
    }

    /// <summary>Gives up a merge that waits: the folder is what it was, and changes made to settle conflicts are lost.</summary>
    public async ValueTask<Result<CheckoutOutcome>> AbortAsync(CancellationToken cancellation)
    {
        if (session.Merge is null) return Error.Precondition("No merge waits to be ended.");
        var outcome = await CheckoutOperation.RunAsync(session, session.Head, force: true, progress, cancellation);
        if (!outcome.IsFailure) session.Save((PendingMerge?)null);
        return outcome;
    }

    /// <param name="What">For messages: "merge of exp".</param>
    private sealed record Application(
        string What, string Message, IReadOnlyList<Digest> Parents, IReadOnlyList<CommitLink> Links, Digest? Origin, Digest Theirs);

    private Error? Refuse()
    {
        if (session.Merge is { } merge) return Error.Precondition($"The {merge.What} is not ended. Commit it, or: weigh merge --abort");
        return session.HasStaged
            ? Error.Precondition("Paths are staged. Commit them first, or unstage them: weigh restore --staged .")
            : null;
    }

    private async ValueTask<Result<WorkspaceMerged>> ForwardAsync(
        WorkspaceGraph graph, NamedCommit to, WorkspaceMerge request, CancellationToken cancellation)
    {
        var head = new WorkspaceHead(session.Head.Branch, to.Id, to.Commit.Tree);
        var outcome = await CheckoutOperation.RunAsync(
            session, head, force: false, progress, cancellation,
            () => MoveAsync(graph, to.Id, $"merge {request.From}: fast-forward", null, cancellation));
        return outcome.Map(done => new WorkspaceMerged(MergeResultKind.FastForward, to.Id, [], false, done.Written));
    }

    private async ValueTask<Result<WorkspaceMerged>> ApplyAsync(
        WorkspaceGraph graph, Application what, MergeStrategy strategy, bool manual, CancellationToken cancellation)
    {
        var ours = session.Head.Tree!.Value;
        using var writer = session.Store.BeginWrite();
        var merger = new TreeMerger(session.Store, writer, strategy, session.Options);
        if (!(await merger.MergeAsync(what.Origin, ours, what.Theirs, cancellation)).TryGet(out var merged, out var error)) return error;
        var conflicts = merged.Conflicts;
        if (conflicts.Count > 0 && !manual) return new WorkspaceMerged(MergeResultKind.Conflicts, session.Head.Commit, conflicts, false, 0);
        if (conflicts.Count == 0 && merged.Tree.Id == ours && what.Parents.Count == 1)
            return new WorkspaceMerged(MergeResultKind.UpToDate, session.Head.Commit, [], false, 0);
        if (conflicts.Count > 0 && merged.Facts.Count > 0)
        {
            return Error.Precondition(
                "Weights were mixed, and other files wait to be settled: the commit could not say how. Choose sides for them, or merge "
                + "without --weights.");
        }

        if (conflicts.Count > 0) return await WaitAsync(writer, what, merged, cancellation);
        var commit = new Commit(
            merged.Tree.Id, what.Parents, AuthorName.Of(session), session.Time.GetUtcNow().ToUnixTimeMilliseconds(), what.Message,
            merged.Facts, what.Links);
        if (!CommitCodec.Store(writer, commit).TryGet(out var id, out error)) return error;
        var durable = await writer.CommitAsync(cancellation);
        if (durable.IsFailure) return durable.Error;
        var outcome = await CheckoutOperation.RunAsync(
            session, new WorkspaceHead(session.Head.Branch, id, merged.Tree.Id), force: false, progress, cancellation,
            () => MoveAsync(graph, id, what.What, id, cancellation));
        return outcome.Map(done => new WorkspaceMerged(MergeResultKind.Committed, id, [], false, done.Written));
    }

    /// <summary>The merged tree is in the folder and staged, with ours where both sides changed the same.</summary>
    private async ValueTask<Result<WorkspaceMerged>> WaitAsync(
        IObjectWriter writer, Application what, MergedTree merged, CancellationToken cancellation)
    {
        var durable = await writer.CommitAsync(cancellation);
        if (durable.IsFailure) return durable.Error;
        var outcome = await CheckoutOperation.RunAsync(
            session, session.Head, force: false, progress, cancellation, beforeHead: null, content: merged.Tree.Id);
        if (!outcome.TryGet(out var done, out var error)) return error;
        session.Save(new PendingMerge(
            what.What, what.Message, [.. what.Parents.Skip(1).Select(static parent => parent.ToString())],
            [.. merged.Conflicts.Select(static conflict => conflict.Path.Text)]));
        return new WorkspaceMerged(MergeResultKind.Conflicts, session.Head.Commit, merged.Conflicts, true, done.Written);
    }

    private async ValueTask<Result<Done>> MoveAsync(
        WorkspaceGraph graph, Digest to, string reason, Digest? made, CancellationToken cancellation)
    {
        if (session.Head.Ref is not { } branch)
        {
            return made is { } fresh
                ? await graph.Commits.RecordAsync(WorkspaceGraph.Caller, WorkspaceGraph.Repository, [fresh], cancellation)
                : Done.Value;
        }

        var update = new RefUpdate([new RefChange(branch, session.Head.Commit, to)], reason, made is { } added ? [added] : null);
        return await graph.Refs.UpdateAsync(WorkspaceGraph.Caller, WorkspaceGraph.Repository, update, cancellation);
    }

    private Result<Digest?> ParentTree(NamedCommit named, int mainline)
    {
        var parents = named.Commit.Parents;
        if (mainline < 0 || mainline > parents.Count)
            return Error.Invalid($"Commit {named.Id} has {parents.Count} parents; there is no number {mainline}.", "mainline");
        if (mainline == 0 && parents.Count > 1)
            return Error.Invalid($"Commit {named.Id} is a merge of {parents.Count}: say with --mainline which parent's side stays.",
                "mainline");
        return parents.Count == 0
            ? (Digest?)null
            : Revisions.Load(session, parents[Math.Max(0, mainline - 1)]).Map(static parent => (Digest?)parent.Commit.Tree);
    }
}
