using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Changes;
using Weighhouse.Versioning.Workspace.Index;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Operations;

/// <summary>How the folder differs from the index, and the index from the commit.</summary>
internal static class StatusOperation
{
    public static Result<WorkspaceStatus> Run(WorkspaceSession session, CancellationToken cancellation)
    {
        var found = new ChangeScan(session.Folder, () => session.Store, session.Time).Run(session.Index, cancellation);
        KeepRefreshed(session, found.Refreshed);
        if (!Staged(session).TryGet(out var staged, out var error)) return error;
        var changed = new List<PathChange>();
        var untracked = new List<PathChange>();
        foreach (var change in found.Changes)
        {
            var size = change.Found?.Facts.Stamp.SizeBytes ?? change.Tracked!.Value.SizeBytes;
            var isConflict = session.Merge?.Conflicts.Contains(change.Path) is true;
            (change.Tracked is null ? untracked : changed).Add(
                new PathChange(change.Path, isConflict ? PathState.Conflict : StateOf(change.Kind), size));
        }

        foreach (var conflict in session.Merge?.Conflicts ?? [])
            if (!changed.Exists(change => change.Path == conflict)) changed.Add(new PathChange(conflict, PathState.Conflict, 0));
        return new WorkspaceStatus(
            session.Head.Branch, session.Head.Commit, staged, changed, untracked,
            [.. found.Unversionable.Select(static problem => new PathProblem(problem.Path, problem.Reason))], Unfinished(session));
    }

    /// <summary>What the next commit of staged paths would change; nothing when nothing is staged.</summary>
    public static Result<List<PathChange>> Staged(WorkspaceSession session)
    {
        var staged = new List<PathChange>();
        if (!session.HasStaged) return staged;
        if (!session.Trees.Read(session.Head.Tree).TryGet(out var committed, out var error)) return error;
        foreach (var (path, before, after) in IndexJoin.Of(committed, session.Index))
        {
            if (before is { } old && after is { } same && old.HoldsSame(same)) continue;
            var state = before is null ? PathState.Added : after is null ? PathState.Deleted
                : before.Value.Kind != after.Value.Kind ? PathState.Retyped
                : before.Value.Id != after.Value.Id ? PathState.Modified : PathState.Mode;
            staged.Add(new PathChange(path, state, (after ?? before)!.Value.SizeBytes));
        }

        return staged;
    }

    public static PathState StateOf(FolderChangeKind kind) => kind switch
    {
        FolderChangeKind.Added => PathState.Added,
        FolderChangeKind.Modified => PathState.Modified,
        FolderChangeKind.Retyped => PathState.Retyped,
        FolderChangeKind.Mode => PathState.Mode,
        _ => PathState.Deleted,
    };

    /// <summary>
    /// Files that were touched are not read again the next time. Losing the race against a command that holds the lock loses only this.
    /// </summary>
    private static void KeepRefreshed(WorkspaceSession session, Dictionary<string, IndexEntry?> refreshed)
    {
        if (refreshed.Count == 0) return;
        try
        {
            using var held = new FileStream(
                session.Folder.LockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            if (IndexFile.Read(session.Folder.IndexPath).TryGet(out var current, out _) && current.Tree == session.Index.Tree
                && current.Entries.Count == session.Index.Entries.Count && WorkspaceHead.Load(session.Folder) is { IsFailure: false })
                session.Save(session.Index.With(refreshed, session.Index.Tree));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Somebody else is at work, or the folder may only be read: the files are read again the next time.
        }
    }

    private static string? Unfinished(WorkspaceSession session)
    {
        if (session.Interrupted is not null)
            return "A checkout was interrupted: end it with 'weigh switch', naming the branch or commit you want.";
        return session.Merge is { } merge
            ? merge.Conflicts.Count == 0
                ? $"The {merge.What} waits for its commit: weigh commit"
                : $"The {merge.What} has {merge.Conflicts.Count} conflicts: settle the files, 'weigh add' them, then commit; or: weigh "
                    + "merge --abort"
            : null;
    }
}
