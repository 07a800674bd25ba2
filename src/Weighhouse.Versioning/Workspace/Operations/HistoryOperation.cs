using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Changes;
using Weighhouse.Versioning.Workspace.Index;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Operations;

/// <summary>Looks at what was committed.</summary>
internal static class HistoryOperation
{
    public static async ValueTask<Result<Page<NamedCommit>>> LogAsync(
        WorkspaceSession session, WorkspaceLogQuery query, CancellationToken cancellation)
    {
        if (session.Head.Commit is null && query.Revision == "HEAD") return new Page<NamedCommit>([], null);
        var path = TreePath.Root;
        if (query.Path is { } text && !PathScope.Locate(session.Folder, query.From, text).TryGet(out path, out var refusal)) return refusal;
        if (!(await session.OpenGraphAsync(cancellation)).TryGet(out var graph, out var error)) return error;
        await using (graph)
        {
            if (!(await ResolveAsync(graph, session, query.Revision, cancellation)).TryGet(out var head, out error)) return error;
            List<Digest>? without = null;
            if (query.Without is { } excluded)
            {
                if (!(await ResolveAsync(graph, session, excluded, cancellation)).TryGet(out var end, out error)) return error;
                without = [end];
            }

            return await graph.Commits.LogAsync(
                WorkspaceGraph.Caller, WorkspaceGraph.Repository,
                new LogQuery([head], without) { FirstParentOnly = query.FirstParentOnly, Path = path },
                new PageRequest(query.Limit, query.Token), cancellation);
        }
    }

    public static async ValueTask<Result<CommitView>> ShowAsync(WorkspaceSession session, string revision, CancellationToken cancellation)
    {
        if (!(await Revisions.ResolveAsync(session, revision, cancellation)).TryGet(out var commit, out var error)) return error;
        Digest? before = null;
        if (commit.Commit.Parents.Count > 0)
        {
            if (!Revisions.Load(session, commit.Commit.Parents[0]).TryGet(out var parent, out error)) return error;
            before = parent.Commit.Tree;
        }

        return Between(session, before, commit.Commit.Tree, PathScope.Everything).TryGet(out var changes, out error)
            ? new CommitView(commit, changes)
            : error;
    }

    public static async ValueTask<Result<IReadOnlyList<PathChange>>> DiffAsync(
        WorkspaceSession session, DiffRequest request, CancellationToken cancellation)
    {
        if (!PathScope.Parse(session.Folder, request.From, request.Paths).TryGet(out var scope, out var error)) return error;
        var trees = new List<Digest?>();
        foreach (var revision in request.Revisions)
        {
            if (!(await Revisions.ResolveAsync(session, revision, cancellation)).TryGet(out var commit, out error)) return error;
            trees.Add(commit.Commit.Tree);
        }

        var found = trees.Count switch
        {
            0 when request.Staged => StatusOperation.Staged(session).Map(staged => staged.FindAll(change => scope.Contains(change.Path))),
            0 => WithFolder(session, session.Index, scope, cancellation),
            1 => session.Trees.Read(trees[0]).TryGet(out var tree, out error)
                ? WithFolder(session, Known(session, tree), scope, cancellation) : error,
            _ => Between(session, trees[0], trees[1], scope),
        };
        return found.Map<IReadOnlyList<PathChange>>(static changes => changes);
    }

    public static Result<List<PathChange>> Between(WorkspaceSession session, Digest? one, Digest? other, PathScope scope)
    {
        if (one == other) return new List<PathChange>();
        if (!session.Trees.Read(one).TryGet(out var before, out var error)) return error;
        if (!session.Trees.Read(other).TryGet(out var after, out error)) return error;
        var changes = new List<PathChange>();
        foreach (var (path, old, now) in IndexJoin.Of(before, after))
            if (scope.Contains(path) && State(old, now) is { } state) changes.Add(
                new PathChange(path, state, (now ?? old)!.Value.SizeBytes));
        return changes;
    }

    public static PathState? State(IndexEntry? old, IndexEntry? now) => (old, now) switch
    {
        (null, _) => PathState.Added,
        (_, null) => PathState.Deleted,
        ({ } one, { } other) when one.HoldsSame(other) => null,
        ({ } one, { } other) => one.Kind != other.Kind ? PathState.Retyped : one.Id != other.Id ? PathState.Modified : PathState.Mode,
    };

    /// <summary>A tree with the stamps of the index, so that files the index vouches for are not read.</summary>
    private static WorkspaceIndex Known(WorkspaceSession session, WorkspaceIndex tree) => new(
        [.. tree.Entries.Select(entry => session.Index.Get(entry.Path) is { } known && known.HoldsSame(entry) ? known : entry)], tree.Tree);

    private static Result<List<PathChange>> WithFolder(
        WorkspaceSession session, WorkspaceIndex index, PathScope scope, CancellationToken cancellation)
    {
        var changes = new ChangeScan(session.Folder, () => session.Store, session.Time).Run(index, cancellation).Changes;
        return changes
            // What no commit holds is for the status to tell.
            .FindAll(change => scope.Contains(change.Path) && (change.Tracked is not null || session.Index.Find(change.Path) >= 0))
            .ConvertAll(static change => new PathChange(
                change.Path, StatusOperation.StateOf(change.Kind), change.Found?.Facts.Stamp.SizeBytes ?? change.Tracked!.Value.SizeBytes));
    }

    private static ValueTask<Result<Digest>> ResolveAsync(
        WorkspaceGraph graph, WorkspaceSession session, string revision, CancellationToken cancellation) =>
        revision is "HEAD" or "@" && session.Head.Commit is { } head
            ? ValueTask.FromResult<Result<Digest>>(head)
            : graph.Refs.ResolveAsync(WorkspaceGraph.Caller, WorkspaceGraph.Repository, Revisions.Expand(session, revision), cancellation);
}
