using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Objects;
using Weighhouse.Versioning.Workspace.Changes;
using Weighhouse.Versioning.Workspace.Commits;
using Weighhouse.Versioning.Workspace.Files;
using Weighhouse.Versioning.Workspace.Index;
using Weighhouse.Versioning.Workspace.Session;
using Weighhouse.Versioning.Workspace.Trees;

namespace Weighhouse.Versioning.Workspace.Operations;

/// <summary>
/// Stores the folder, or what was staged, as a commit and moves the branch to it. The order: objects durable, then what is about to happen
/// written down, then the branch, then index and head. A crash leaves the commit before or this one.
/// </summary>
internal sealed class CommitOperation(WorkspaceSession session, PathScope scope, CommitRequest request, WorkProgress progress)
{
    private readonly List<PathProblem> _leftOut = [];
    private Dictionary<string, IndexEntry?> _refreshed = [];

    public async ValueTask<Result<CommitOutcome>> RunAsync(CancellationToken cancellation)
    {
        if (session.Merge is { Conflicts: { Count: > 0 } conflicts })
        {
            return Error.Precondition(
                $"{conflicts.Count} conflicts are not settled, the first in '{conflicts[0]}'. Mend the files and 'weigh add' them, or: "
                    + "weigh merge --abort");
        }

        var git = GitFacts.ReadAsync(session.Folder.Root, session.Time, cancellation);
        // Opened beside the listing of the folder: a commit with a tag needs the store whatever is found.
        var opening = request.Tag is null ? Task.CompletedTask : Task.Run(() => session.Store, CancellationToken.None);
        try
        {
            if (!Changes(cancellation).TryGet(out var changes, out var error)) return error;
            if (changes.Count == 0 && !session.HasStaged && session.Merge is null && !request.AllowEmpty)
                return await NothingAsync(session.Index, cancellation);
            await using var graph = new EarlyGraph(session, changes, cancellation);
            return await StoreAsync(changes, graph, git, cancellation);
        }
        finally
        {
            // Whether or not it could be opened is told by whoever needs it.
            await opening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async ValueTask<Result<CommitOutcome>> StoreAsync(
        List<FileChange> changes, EarlyGraph graph, Task<IReadOnlyDictionary<string, string>> git, CancellationToken cancellation)
    {
        using var writer = session.Store.BeginWrite();
        if (!StageOperation.Intake(session, writer, changes, progress, cancellation).TryGet(out var next, out var error)) return error;
        var index = session.Index.With(next, null);
        if (!new TreeBuild(writer, session.Options).Write(index).TryGet(out var tree, out error)) return error;
        index = index with { Tree = tree.Id };
        if (tree.Id == session.Head.Tree && session.Merge is null && !request.AllowEmpty)
        {
            await graph.DisposeAsync();
            return await NothingAsync(index, cancellation);
        }

        var commit = Describe(tree, await git);
        if (!CommitCodec.Store(writer, commit).TryGet(out var id, out error)) return error;
        var durable = await writer.CommitAsync(cancellation);
        if (durable.IsFailure) return durable.Error;
        var counted = Count(next, index, tree);
        var moved = await MoveAsync(graph, id, tree.Id, cancellation);
        if (moved.IsFailure) return moved.Error;
        // Part of the folder may have been committed: what was left is changed, not staged.
        session.Save(index);
        session.Save(session.Head with { Commit = id, Tree = tree.Id });
        session.Save((PendingMerge?)null);
        session.ClearPending();
        return counted with { Commit = id };
    }

    /// <summary>What of the folder is taken: the named paths; or nothing but what is staged; or all of it.</summary>
    private Result<List<FileChange>> Changes(CancellationToken cancellation)
    {
        var stagedOnly = scope.IsEverything && !request.All && (session.HasStaged || session.Merge is not null);
        if (stagedOnly) return new List<FileChange>();
        if (!scope.IsEverything && session.HasStaged)
        {
            return Error.Precondition(
                "Paths are staged already, and others are named. Commit what is staged first: weigh commit; or add the paths: weigh add");
        }

        var found = new ChangeScan(session.Folder, () => session.Store, session.Time).Run(session.Index, cancellation);
        foreach (var problem in found.Unversionable.Where(problem => scope.Contains(problem.Path)))
        {
            if (!problem.IsHarmless) return StageOperation.Refusal(problem);
            _leftOut.Add(new PathProblem(problem.Path, problem.Reason));
        }

        _refreshed = found.Refreshed;
        return found.Changes.FindAll(change => scope.Contains(change.Path));
    }

    private async ValueTask<Result<CommitOutcome>> NothingAsync(WorkspaceIndex index, CancellationToken cancellation)
    {
        if (_refreshed.Count > 0 || index.Tree != session.Index.Tree)
            session.Save(index.With(_refreshed, session.Head.Tree));
        if (request.Tag is not null && session.Head.Commit is { } head)
        {
            if (!(await session.OpenGraphAsync(cancellation)).TryGet(out var graph, out var error)) return error;
            await using (graph)
            {
                if (await RefuseTagAsync(graph, cancellation) is { } refusal) return refusal;
                var tagged = await graph.Refs.UpdateAsync(
                    WorkspaceGraph.Caller, WorkspaceGraph.Repository, new RefUpdate([TagChange(head)], "tag"), cancellation);
                if (tagged.IsFailure) return tagged.Error;
            }
        }

        return new CommitOutcome(false, session.Head.Commit, session.Head.Branch, 0, 0, 0, 0, _leftOut);
    }

    private Commit Describe(TreeInfo tree, IReadOnlyDictionary<string, string> git)
    {
        var parents = new List<Digest>();
        if (session.Head.Commit is { } head) parents.Add(head);
        if (session.Merge is { } merge) parents.AddRange(merge.ParentIds());
        var facts = new Dictionary<string, string>(git, StringComparer.Ordinal);
        foreach (var (key, value) in request.Facts) facts[key] = value;
        return new Commit(
            tree.Id, parents, request.Author ?? AuthorName.Of(session), session.Time.GetUtcNow().ToUnixTimeMilliseconds(), request.Message,
            facts, request.Links);
    }

    /// <summary>What is new against the commit before. Without anything staged the changes are at hand; else both are compared.</summary>
    private CommitOutcome Count(Dictionary<string, IndexEntry?> next, WorkspaceIndex index, TreeInfo tree)
    {
        int added = 0, modified = 0, deleted = 0;
        var pairs = session.HasStaged
            ? Pairs(index)
            : next.Select(change => (change.Key, session.Index.Get(change.Key), change.Value));
        foreach (var (_, one, other) in pairs)
        {
            if (one is null) added++;
            else if (other is null) deleted++;
            else if (!one.Value.HoldsSame(other.Value)) modified++;
        }

        return new CommitOutcome(true, null, session.Head.Branch, added, modified, deleted, tree.SizeBytes, _leftOut);
    }

    private IEnumerable<(string Path, IndexEntry? One, IndexEntry? Other)> Pairs(WorkspaceIndex index) =>
        session.Trees.Read(session.Head.Tree).TryGet(out var before, out _) ? IndexJoin.Of(before, index) : [];

    private async ValueTask<Result<Done>> MoveAsync(EarlyGraph early, Digest commit, Digest tree, CancellationToken cancellation)
    {
        if (!(await early.OpenAsync()).TryGet(out var graph, out var error)) return error;
        await using (graph)
        {
            if (await RefuseTagAsync(graph, cancellation) is { } refusal) return refusal;
            var changes = new List<RefChange>();
            if (session.Head.Ref is { } branch) changes.Add(new RefChange(branch, session.Head.Commit, commit));
            if (request.Tag is not null) changes.Add(TagChange(commit));
            if (changes.Count == 0)
                return await graph.Commits.RecordAsync(WorkspaceGraph.Caller, WorkspaceGraph.Repository, [commit], cancellation);
            new WorkspacePending(session.Head.Branch, commit.ToString(), tree.ToString(), null, []).Save(session.Folder);
            var moved = await graph.Refs.UpdateAsync(
                WorkspaceGraph.Caller, WorkspaceGraph.Repository, new RefUpdate(changes, $"commit: {Subject()}", [commit]), cancellation);
            if (!moved.IsFailure) return moved;
            session.ClearPending();
            return moved.Error.Code == ErrorCode.Conflict
                ? Error.Conflict($"The branch '{session.Head.Branch}' has moved since this folder was brought to it. Bring the folder "
                    + $"there: weigh switch {session.Head.Branch}; "
                    + "or keep your changes apart: weigh switch --create NAME")
                : moved;
        }
    }

    private async ValueTask<Error?> RefuseTagAsync(WorkspaceGraph graph, CancellationToken cancellation)
    {
        if (request.Tag is null) return null;
        if (!(await RefOperation.FindAsync(graph, Ref.Tags + request.Tag, cancellation)).TryGet(out var tag, out var error)) return error;
        return tag is null
            ? null
            : Error.Exists($"There is a tag '{request.Tag}' already, at {tag.Commit.ToString()[..12]}. Choose another name.");
    }

    private RefChange TagChange(Digest commit) => new(Ref.Tags + request.Tag, null, commit);

    private string Subject() => PlainText.Cut(request.Message.Split('\n')[0], 200);
}
