using Weighhouse.Kernel;
using Weighhouse.Versioning.Objects;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Operations;

/// <summary>Goes to another branch or commit.</summary>
internal sealed class SwitchOperation(WorkspaceSession session, SwitchRequest request, WorkProgress progress)
{
    public async ValueTask<Result<CheckoutOutcome>> RunAsync(CancellationToken cancellation)
    {
        if (session.Merge is { } merge && !request.Force)
            return Error.Precondition($"The {merge.What} is not ended. Commit it, or: weigh merge --abort");
        if (session.HasStaged && !request.Force)
            return Error.Precondition(
                "Paths are staged. Commit them, unstage them with 'weigh restore --staged .', or lose them with --force.");
        if (!(await HeadAsync(cancellation)).TryGet(out var head, out var error)) return error;
        if (request.Only is { } only)
        {
            if (!PathScope.Parse(session.Folder, request.From, only).TryGet(out var scope, out error)) return error;
            session.Save(session.Configuration with { Only = [.. scope.Paths.Select(static path => path.Text)] });
        }

        var outcome = await CheckoutOperation.RunAsync(session, head, request.Force, progress, cancellation);
        if (!outcome.IsFailure && request.Force) session.Save((PendingMerge?)null);
        return outcome;
    }

    /// <summary>Where to go. Makes the branch when asked to, before any file is touched.</summary>
    private async ValueTask<Result<WorkspaceHead>> HeadAsync(CancellationToken cancellation)
    {
        if (request.Target is null && !request.Create) return session.Head;
        if (!(await session.OpenGraphAsync(cancellation)).TryGet(out var graph, out var error)) return error;
        await using (graph)
        {
            if (request.Create) return await CreateAsync(graph, cancellation);
            var name = request.Target!;
            var branch = await graph.Refs.GetAsync(WorkspaceGraph.Caller, WorkspaceGraph.Repository, Ref.Heads + name, cancellation);
            if (!branch.IsFailure) return At(name, branch.Value.Commit);
            if (await FollowRemoteAsync(graph, name, cancellation) is { } followed) return followed;
            // A branch without commits is only a name, and the present one may be such.
            if (name == session.Head.Branch) return session.Head;
            var found = await graph.Refs.ResolveAsync(WorkspaceGraph.Caller, WorkspaceGraph.Repository, Revisions.Expand(session, name),
                cancellation);
            return found.TryGet(out var commit, out error)
                ? At(null, commit)
                : error with { Message = $"{error.Message} To begin a branch of that name: weigh switch --create {name}" };
        }
    }

    /// <summary>A branch that only a remote has is begun here, where the remote is: what a person who names it wants.</summary>
    private static async ValueTask<Result<WorkspaceHead>?> FollowAsync(
        WorkspaceGraph graph, WorkspaceSession session, string name, Digest commit, CancellationToken cancellation)
    {
        var made = await graph.Refs.UpdateAsync(
            WorkspaceGraph.Caller, WorkspaceGraph.Repository,
                new RefUpdate([new RefChange(Ref.Heads + name, null, commit)], "branch: follow"),
            cancellation);
        return made.IsFailure ? made.Error : At(session, name, commit);
    }

    private async ValueTask<Result<WorkspaceHead>?> FollowRemoteAsync(WorkspaceGraph graph, string name, CancellationToken cancellation)
    {
        foreach (var remote in session.Configuration.Remotes.Keys.Order(StringComparer.Ordinal))
        {
            var found = await graph.Refs.GetAsync(
                WorkspaceGraph.Caller, WorkspaceGraph.Repository, $"{Revisions.Remotes}{remote}/{name}", cancellation);
            if (!found.IsFailure) return await FollowAsync(graph, session, name, found.Value.Commit, cancellation);
        }

        return null;
    }

    private async ValueTask<Result<WorkspaceHead>> CreateAsync(WorkspaceGraph graph, CancellationToken cancellation)
    {
        var name = request.NewBranch!;
        var start = session.Head.Commit;
        if (request.Target is { } target)
        {
            var found = await graph.Refs.ResolveAsync(WorkspaceGraph.Caller, WorkspaceGraph.Repository, Revisions.Expand(session, target),
                cancellation);
            if (!found.TryGet(out var commit, out var error)) return error;
            start = commit;
        }

        if (start is null) return new WorkspaceHead(name, null, null);
        var made = await graph.Refs.UpdateAsync(
            WorkspaceGraph.Caller, WorkspaceGraph.Repository,
                new RefUpdate([new RefChange(Ref.Heads + name, null, start)], "branch: create"),
            cancellation);
        return made.IsFailure
            ? made.Error.Code == ErrorCode.Conflict ? Error.Exists($"There is a branch '{name}' already. Go to it: weigh switch {name}")
                : made.Error
            : At(name, start.Value);
    }

    private Result<WorkspaceHead> At(string? branch, Digest commit) => At(session, branch, commit);

    private static Result<WorkspaceHead> At(WorkspaceSession session, string? branch, Digest commit) =>
        CommitCodec.Load(session.Store, commit).Map(loaded => new WorkspaceHead(branch, commit, loaded.Tree));
}
