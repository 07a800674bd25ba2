using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Operations;

/// <summary>Branches and tags.</summary>
internal static class RefOperation
{
    private const int PageSize = 1_000;

    public static async ValueTask<Result<IReadOnlyList<Ref>>> ListAsync(
        WorkspaceSession session, string prefix, CancellationToken cancellation)
    {
        if (!(await session.OpenGraphAsync(cancellation)).TryGet(out var graph, out var error)) return error;
        await using (graph)
        {
            var all = new List<Ref>();
            string? token = null;
            do
            {
                var read = await graph.Refs.ListAsync(
                    WorkspaceGraph.Caller, WorkspaceGraph.Repository, prefix, new PageRequest(PageSize, token), cancellation);
                if (!read.TryGet(out var page, out error)) return error;
                all.AddRange(page.Items);
                token = page.NextToken;
            }
            while (token is not null);
            return Done.Ok.Map<IReadOnlyList<Ref>>(_ => all);
        }
    }

    public static async ValueTask<Result<Ref?>> SetAsync(
        WorkspaceSession session, string name, string? revision, bool force, CancellationToken cancellation)
    {
        if (session.Head.Ref == name && (revision is null || force))
            return Error.Precondition(
                $"'{session.Head.Branch}' is the branch you are on. Switch to another one first: weigh switch BRANCH");
        if (!(await session.OpenGraphAsync(cancellation)).TryGet(out var graph, out var error)) return error;
        await using (graph)
        {
            Digest? commit = null;
            if (revision is not null)
            {
                if (revision == "HEAD" && session.Head.Commit is null)
                    return Error.NotFound("There is no commit yet. Make one: weigh commit -m \"the first\"");
                var resolved = await graph.Refs.ResolveAsync(
                    WorkspaceGraph.Caller, WorkspaceGraph.Repository, Revisions.Expand(session, revision), cancellation);
                if (!resolved.TryGet(out var id, out error)) return error;
                commit = id;
            }

            var present = await FindAsync(graph, name, cancellation);
            if (!present.TryGet(out var old, out error)) return error;
            if (Refuse(name, old, commit, force) is { } refusal) return refusal;
            var reason = commit is null ? "delete" : old is null ? "create" : "move";
            var changes = Ref.KindOf(name) == RefKind.Tag && old is not null && commit is not null
                ? [new RefChange(name, old.Commit, null, true)]
                : new List<RefChange> { new(name, old?.Commit, commit, force) };
            var updated = await UpdateAsync(graph, changes, reason, cancellation);
            // A tag never moves: who forces it deletes the one and makes the other.
            if (!updated.IsFailure && changes[0].New is null && commit is not null)
                updated = await UpdateAsync(graph, [new RefChange(name, null, commit)], reason, cancellation);
            if (updated.IsFailure) return updated.Error;
            return commit is null ? old : (await FindAsync(graph, name, cancellation)).Value;
        }
    }

    public static async ValueTask<Result<Ref?>> RenameAsync(
        WorkspaceSession session, string? branch, string name, CancellationToken cancellation)
    {
        branch ??= session.Head.Branch;
        if (branch is null) return Error.Precondition("You are on no branch. Name the one to rename: weigh branch --move OLD NEW");
        var isPresent = branch == session.Head.Branch;
        if (!(await session.OpenGraphAsync(cancellation)).TryGet(out var graph, out var error)) return error;
        await using (graph)
        {
            if (!(await FindAsync(graph, Ref.Heads + branch, cancellation)).TryGet(out var old, out error)) return error;
            if (old is null && !isPresent) return Error.NotFound($"There is no branch '{branch}'.");
            if (old is not null)
            {
                var moved = await UpdateAsync(graph, [new RefChange(Ref.Heads + name, null, old.Commit)], $"rename {branch}", cancellation);
                if (moved.IsFailure) return moved.Error;
                if (isPresent) session.Save(session.Head with { Branch = name });
                var dropped = await UpdateAsync(graph, [new RefChange(old.Name, old.Commit, null, true)], $"rename to {name}",
                    cancellation);
                if (dropped.IsFailure) return dropped.Error;
                return (await FindAsync(graph, Ref.Heads + name, cancellation)).Value;
            }
        }

        session.Save(session.Head with { Branch = name });
        return Done.Ok.Map(static _ => (Ref?)null);
    }

    public static async ValueTask<Result<Page<RefLogEntry>>> LogAsync(
        WorkspaceSession session, string name, int limit, CancellationToken cancellation)
    {
        if (!(await session.OpenGraphAsync(cancellation)).TryGet(out var graph, out var error)) return error;
        await using (graph)
            return await graph.Refs.LogAsync(WorkspaceGraph.Caller, WorkspaceGraph.Repository, name, new PageRequest(limit, null),
                cancellation);
    }

    /// <summary>Null in a success when there is none.</summary>
    public static async ValueTask<Result<Ref?>> FindAsync(WorkspaceGraph graph, string name, CancellationToken cancellation)
    {
        var found = await graph.Refs.GetAsync(WorkspaceGraph.Caller, WorkspaceGraph.Repository, name, cancellation);
        if (!found.IsFailure) return found.Map(static reference => (Ref?)reference);
        return found.Error.Code == ErrorCode.NotFound ? Done.Ok.Map(static _ => (Ref?)null) : found.Error;
    }

    public static ValueTask<Result<Done>> UpdateAsync(
        WorkspaceGraph graph, IReadOnlyList<RefChange> changes, string reason, CancellationToken cancellation) =>
        graph.Refs.UpdateAsync(WorkspaceGraph.Caller, WorkspaceGraph.Repository, new RefUpdate(changes, reason), cancellation);

    /// <summary>Any number of moves, as many at once as one update may hold.</summary>
    public static async ValueTask<Result<Done>> UpdateAllAsync(
        WorkspaceGraph graph, IReadOnlyList<RefChange> changes, string reason, CancellationToken cancellation)
    {
        foreach (var part in changes.Chunk(PageSize))
            if ((await UpdateAsync(graph, part, reason, cancellation)).Error is { } refusal) return refusal;
        return Done.Value;
    }

    private static Error? Refuse(string name, Ref? old, Digest? commit, bool force)
    {
        var what = Ref.KindOf(name) == RefKind.Tag ? "tag" : "branch";
        if (old is null && commit is null) return Error.NotFound($"There is no {what} '{name[(name.IndexOf('/') + 1)..]}'.");
        return old is not null && commit is not null && !force
            ? Error.Exists($"There is a {what} '{old.ShortName}' already, at {old.Commit.ToString()[..12]}. Choose another name, or add "
                + "--force.")
            : null;
    }
}
