using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Checkout;
using Weighhouse.Versioning.Workspace.Files;
using Weighhouse.Versioning.Workspace.Index;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Operations;

/// <summary>Brings paths back: from the index, from a commit, into the folder or into another one.</summary>
internal static class RestoreOperation
{
    /// <summary>Paths hold again what the source does. The user has named them: changes there are lost.</summary>
    public static async ValueTask<Result<CheckoutOutcome>> FilesAsync(
        WorkspaceSession session, PathScope scope, string? source, WorkProgress progress, CancellationToken cancellation)
    {
        var target = session.Index;
        Digest? commit = null;
        if (source is not null)
        {
            if (!(await Revisions.ResolveAsync(session, source, cancellation)).TryGet(out var named, out var error)) return error;
            if (!CheckoutOperation.Target(session, named.Commit.Tree).TryGet(out target, out error)) return error;
            commit = named.Id;
        }

        if (Missing(session, scope, target) is { } missing) return missing;
        if (!new CheckoutPlanner(session, force: true, cancellation).Plan(target, scope, rewrite: true).TryGet(
            out var plan, out var refusal)) return refusal;
        if (CheckoutOperation.Refuse(plan) is { } obstacle) return obstacle;
        if (!new CheckoutRun(session.Folder, session.Store, session.Time, progress).Run(plan, cancellation).TryGet(
            out var entries, out refusal))
            return refusal;
        // The index stays as it is; where the folder now holds the same, the new stamps vouch for it.
        var stamped = new Dictionary<string, IndexEntry?>(StringComparer.Ordinal);
        foreach (var entry in entries)
            if (session.Index.Get(entry.Path) is { } known && known.HoldsSame(entry)
                && entry.Stamp != FileStamp.Unknown) stamped[entry.Path] = entry;
        session.Save(session.Index.With(stamped, session.Index.Tree));
        return new CheckoutOutcome(
            session.Head.Branch, commit ?? session.Head.Commit, plan.Writes.Count, plan.Deletes.Count,
            plan.Writes.Sum(static write => write.Target.SizeBytes));
    }

    /// <summary>The next commit holds at the paths what the last one does; the folder is not touched.</summary>
    public static Result<int> Unstage(WorkspaceSession session, PathScope scope)
    {
        if (!session.HasStaged) return 0;
        if (!session.Trees.Read(session.Head.Tree).TryGet(out var committed, out var error)) return error;
        var next = new Dictionary<string, IndexEntry?>(StringComparer.Ordinal);
        var isSame = true;
        foreach (var (path, before, now) in IndexJoin.Of(committed, session.Index))
        {
            if (before is { } old && now is { } same && old.HoldsSame(same)) continue;
            if (scope.Contains(path)) next[path] = before is { } entry ? entry with { Stamp = FileStamp.Unknown } : null;
            else isSame = false;
        }

        session.Save(session.Index.With(next, isSame ? session.Head.Tree : null));
        return next.Count;
    }

    /// <summary>Writes a version into a folder that has none of its own: no workspace is made, nothing here changes.</summary>
    public static async ValueTask<Result<CheckoutOutcome>> ExportAsync(
        WorkspaceSession session, PathScope scope, string source, string folder, bool force, WorkProgress progress,
        CancellationToken cancellation)
    {
        if (!(await Revisions.ResolveAsync(session, source, cancellation)).TryGet(out var named, out var error)) return error;
        if (!session.Trees.Read(named.Commit.Tree).TryGet(out var target, out error)) return error;
        if (Missing(session, scope, target) is { } missing) return missing;
        if (!force && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            return Error.Precondition($"{folder} is not empty. Name an empty folder, or add --force to write over what is there.");
        var place = new WorkspaceFolder(Path.GetFullPath(folder), session.Folder.Records);
        if (NameClash.Find(place, target) is { } clash) return clash;
        var writes = target.Entries.Where(entry => scope.Contains(entry.Path)).Select(
            static entry => new CheckoutWrite(entry, null)).ToList();
        if (OutwardLinks.Find(session.Store, writes) is { } outward) return outward;
        Directory.CreateDirectory(place.Root);
        var run = new CheckoutRun(place, session.Store, session.Time, progress).Run(new CheckoutPlan([], writes, [], [], []), cancellation);
        return run.Map(_ => new CheckoutOutcome(null, named.Id, writes.Count, 0, writes.Sum(static write => write.Target.SizeBytes)));
    }

    private static Error? Missing(WorkspaceSession session, PathScope scope, WorkspaceIndex target)
    {
        foreach (var path in scope.Paths)
        {
            if (target.Find(path.Text) < 0 && !target.HasBelow(path.Text) && session.Index.Find(path.Text) < 0
                && !session.Index.HasBelow(path.Text))
                return Error.NotFound($"No version of '{path}' is known there.");
        }

        return null;
    }
}
