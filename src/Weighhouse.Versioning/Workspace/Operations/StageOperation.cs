using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Changes;
using Weighhouse.Versioning.Workspace.Commits;
using Weighhouse.Versioning.Workspace.Files;
using Weighhouse.Versioning.Workspace.Index;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Operations;

/// <summary>Chooses what the next commit holds: <c>add</c>, <c>rm</c>, <c>mv</c>.</summary>
internal static class StageOperation
{
    /// <summary>Stores what the paths hold now and stages it; returns how many paths changed.</summary>
    public static async ValueTask<Result<int>> AddAsync(
        WorkspaceSession session, PathScope scope, bool force, WorkProgress progress, CancellationToken cancellation)
    {
        var found = new ChangeScan(session.Folder, () => session.Store, session.Time).Run(session.Index, cancellation);
        var chosen = found.Changes.FindAll(change => scope.Contains(change.Path));
        if (force) chosen.AddRange(Ignored(session, scope, cancellation));
        if (NotFound(session, scope, chosen) is { } missing) return missing;
        if (found.Unversionable.Find(problem => !problem.IsHarmless && scope.Contains(problem.Path)) is { } bad) return Refusal(bad);
        using var writer = session.Store.BeginWrite();
        if (!Intake(session, writer, chosen, progress, cancellation).TryGet(out var next, out var error)) return error;
        var durable = await writer.CommitAsync(cancellation);
        if (durable.IsFailure) return durable.Error;
        foreach (var (path, entry) in found.Refreshed) next.TryAdd(path, entry);
        session.Save(session.Index.With(next, chosen.Count == 0 ? session.Index.Tree : null));
        Settle(session, scope);
        return chosen.Count;
    }

    /// <summary>Stores new content and says what the index holds then: null for what is gone.</summary>
    public static Result<Dictionary<string, IndexEntry?>> Intake(
        WorkspaceSession session, Blobs.IObjectWriter writer, IReadOnlyList<FileChange> changes, WorkProgress progress,
        CancellationToken cancellation)
    {
        var files = new List<FoundFile>();
        var next = new Dictionary<string, IndexEntry?>(changes.Count, StringComparer.Ordinal);
        foreach (var change in changes)
        {
            if (change.Found is null) next[change.Path] = null;
            else if (change is { Kind: FolderChangeKind.Mode, Tracked: { } tracked })
            {
                // The content is known: only the bit is new.
                var facts = change.Found.Value.Facts;
                var racy = facts.Stamp.IsRacy(FileClock.NowNs(session.Time));
                next[change.Path] = tracked with
                {
                    IsExecutable = facts.IsExecutable, Stamp = racy ? FileStamp.Unknown : facts.Stamp,
                };
            }
            else files.Add(change.Found.Value);
        }

        var intake = new FileIntake(session.Folder, writer, session.Time, progress);
        if (!intake.Store(files, cancellation).TryGet(out var stored, out var error)) return error;
        foreach (var (path, entry) in stored) next[path] = entry;
        return next;
    }

    /// <summary>Takes paths out of the next commit and, unless told otherwise, out of the folder.</summary>
    public static Result<int> Remove(WorkspaceSession session, PathScope scope, bool keepFiles, bool force, CancellationToken cancellation)
    {
        if (scope.IsEverything && !force)
            return Error.Invalid("That is every file of the workspace. If you mean it, add --force.", "path");
        var chosen = session.Index.Entries.Where(entry => scope.Contains(entry.Path)).ToList();
        if (chosen.Count == 0) return Error.NotFound($"No tracked file is at {Named(scope)}.");
        if (!keepFiles && !force)
        {
            var found = new ChangeScan(session.Folder, () => session.Store, session.Time).Run(session.Index, cancellation);
            if (found.Changes.Find(change => change.Found is not null && change.Tracked is not null && scope.Contains(change.Path))
                is { } changed)
                return Error.Precondition($"'{changed.Path}' has changes that no commit holds. Commit them, or add --force to lose them.");
        }

        session.Save(session.Index.With(chosen.ToDictionary(entry => entry.Path, _ => (IndexEntry?)null, StringComparer.Ordinal), null));
        Settle(session, scope);
        if (!keepFiles) foreach (var entry in chosen) Checkout.FolderWork.Delete(session.Folder, entry.Path);
        return chosen.Count;
    }

    /// <summary>Renames a file or folder, in the working folder and in the next commit.</summary>
    public static Result<int> Move(WorkspaceSession session, TreePath from, TreePath to, bool force)
    {
        if (from.IsRoot || to.IsRoot) return Error.Invalid("The root of the workspace cannot be moved, nor moved onto.", "path");
        if (Directory.Exists(session.Folder.PathOf(to.Text)) && FileProbe.At(session.Folder.PathOf(to.Text)).Type == FileType.Folder)
            to = to.Append(from.Name);
        if (from.Contains(to)) return Error.Invalid($"'{from}' cannot be moved into itself.", "path");
        var moved = session.Index.Entries.Where(entry => Below(from, entry.Path)).ToList();
        if (moved.Count == 0) return Error.NotFound($"No tracked file is at '{from}'.");
        var target = session.Folder.PathOf(to.Text);
        if (!force && FileProbe.At(target).Type != FileType.None)
            return Error.Exists($"There is a '{to}' already. Choose another name, or add --force to replace it.");
        if (Checkout.FolderWork.EnsureFolder(session.Folder, to.Folder.Text) is { } refusal) return refusal;
        var source = session.Folder.PathOf(from.Text);
        if (FileProbe.At(source).Type == FileType.Folder) Directory.Move(source, target);
        else File.Move(source, target, overwrite: force);
        var next = moved.ToDictionary(entry => entry.Path, _ => (IndexEntry?)null, StringComparer.Ordinal);
        foreach (var entry in moved)
        {
            var path = to.Text + entry.Path[from.Text.Length..];
            // A rename moves the time of change; what vouched for the file before does so for its new stamp.
            var now = FileProbe.At(session.Folder.PathOf(path)).Stamp;
            var vouched = now with { ChangedNs = entry.Stamp.ChangedNs } == entry.Stamp;
            next[path] = entry with { Path = path, Stamp = vouched ? now : FileStamp.Unknown };
        }

        session.Save(session.Index.With(next, null));
        return moved.Count;
    }

    public static Error Refusal(Unversionable bad) =>
        Error.Invalid($"'{bad.Path}' cannot be versioned: {bad.Reason}. Or leave it out: add it to .weighignore.", "path");

    private static IEnumerable<FileChange> Ignored(WorkspaceSession session, PathScope scope, CancellationToken cancellation)
    {
        foreach (var file in FolderScan.Run(session.Folder.Root, static _ => true, cancellation).Files)
        {
            if (file.IsIgnored && scope.Contains(file.Path) && session.Index.Find(file.Path) < 0)
                yield return new FileChange(file.Path, FolderChangeKind.Added, null, file);
        }
    }

    /// <summary>Whoever names a path wants something of it: one that is nowhere is a typing mistake.</summary>
    private static Error? NotFound(WorkspaceSession session, PathScope scope, List<FileChange> chosen)
    {
        foreach (var path in scope.Paths)
        {
            if (chosen.Exists(change => Below(path, change.Path)) || session.Index.Find(path.Text) >= 0
                || session.Index.HasBelow(path.Text))
                continue;
            return FileProbe.At(session.Folder.PathOf(path.Text)).Type switch
            {
                FileType.None => Error.NotFound($"There is no '{path}'."),
                FileType.Folder => null,
                _ => Error.Precondition($"'{path}' is left out by .weighignore. Add --force to version it all the same."),
            };
        }

        return null;
    }

    /// <summary>A path that was added is settled.</summary>
    private static void Settle(WorkspaceSession session, PathScope scope)
    {
        if (session.Merge is not { } merge || merge.Conflicts.Count == 0) return;
        session.Save(merge with { Conflicts = [.. merge.Conflicts.Where(path => !scope.Contains(path))] });
    }

    private static bool Below(TreePath folder, string path) =>
        path.StartsWith(folder.Text, StringComparison.Ordinal) && (path.Length == folder.Text.Length || path[folder.Text.Length] == '/');

    private static string Named(PathScope scope) => string.Join(", ", scope.Paths.Select(static path => $"'{path}'"));
}
