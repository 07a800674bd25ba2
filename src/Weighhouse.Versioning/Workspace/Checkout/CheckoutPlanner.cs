using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Changes;
using Weighhouse.Versioning.Workspace.Files;
using Weighhouse.Versioning.Workspace.Index;
using Weighhouse.Versioning.Workspace.Session;

namespace Weighhouse.Versioning.Workspace.Checkout;

/// <summary>
/// Compares the index with the tree wanted and the files at the paths that differ. A file that holds neither what the index says nor
/// what is
/// wanted is the user's: without force it stops the checkout before anything is touched.
/// </summary>
internal sealed class CheckoutPlanner(WorkspaceSession session, bool force, CancellationToken cancellation)
{
    private readonly CheckoutPlan _plan = new([], [], [], [], []);
    private readonly Dictionary<string, IndexEntry> _interrupted = new(StringComparer.Ordinal);
    private readonly HashSet<string> _deleted = new(StringComparer.Ordinal);

    /// <param name="rewrite">Also compare the files of paths that do not differ, to write anew those that were changed.</param>
    /// <param name="scope">Paths outside it stay as they are.</param>
    public Result<CheckoutPlan> Plan(WorkspaceIndex target, PathScope scope, bool rewrite)
    {
        if (LoadInterrupted() is { } damage) return damage;
        if (NameClash.Find(session.Folder, target) is { } clash) return clash;
        // What is gone is decided first: a file may stand where a folder was.
        foreach (var (path, now, wanted) in IndexJoin.Of(session.Index, target))
        {
            if (!scope.Contains(path)) Keep(now);
            else if (now is { } gone && (wanted is null || wanted.Value.IsLeftOut)) Delete(gone, wanted);
        }

        foreach (var (path, now, wanted) in IndexJoin.Of(session.Index, target))
        {
            cancellation.ThrowIfCancellationRequested();
            if (!scope.Contains(path) || wanted is not { } entry) continue;
            if (entry.IsLeftOut) _plan.Kept.Add(entry with { Stamp = FileStamp.Unknown });
            else if (now is { IsLeftOut: false } same && same.HoldsSame(entry) && !rewrite && !MayBeTorn(path)) _plan.Kept.Add(same);
            else Write(now, entry);
        }

        return OutwardLinks.Find(session.Store, _plan.Writes) is { } outward ? outward : _plan;
    }

    private void Keep(IndexEntry? entry)
    {
        if (entry is { } kept) _plan.Kept.Add(kept);
    }

    private Error? LoadInterrupted()
    {
        if (session.Interrupted?.CheckoutTreeId is not { } tree) return null;
        if (!session.Trees.Read(tree).TryGet(out var half, out var error)) return error;
        foreach (var entry in half.Entries) _interrupted[entry.Path] = entry;
        return null;
    }

    private bool MayBeTorn(string path) => session.Interrupted is not null
        && (session.Interrupted.InPlace.Contains(path) || _interrupted.TryGetValue(path, out var half)
            && !(session.Index.Get(path) is { } known && known.HoldsSame(half)));

    private void Delete(IndexEntry tracked, IndexEntry? wanted)
    {
        if (tracked.IsLeftOut) return;
        var facts = FileProbe.At(session.Folder.PathOf(tracked.Path));
        if (facts.Type is FileType.None or FileType.Folder || !FolderWork.IsReachable(session.Folder, tracked.Path)) return;
        if (!force && !IsOurs(tracked, facts))
        {
            _plan.Obstacles.Add(new CheckoutObstacle(tracked.Path, wanted is null ? "changed here, deleted there" : "changed here"));
            return;
        }

        _plan.Deletes.Add(tracked.Path);
        _deleted.Add(tracked.Path);
    }

    private void Write(IndexEntry? tracked, IndexEntry wanted)
    {
        var place = session.Folder.PathOf(wanted.Path);
        var facts = FileProbe.At(place);
        if (BlockedAbove(wanted.Path)) return;
        if (facts.Type == FileType.None)
        {
            _plan.Writes.Add(new CheckoutWrite(wanted, null));
            return;
        }

        if (facts.Type == FileType.Folder)
        {
            if (WillBeEmpty(place, wanted.Path)) _plan.Writes.Add(new CheckoutWrite(wanted, null));
            else _plan.Obstacles.Add(new CheckoutObstacle(wanted.Path,
                "a folder with files of yours stands where a file has to be written"));
            return;
        }

        var known = tracked is { IsLeftOut: false } entry && entry.Vouches(facts) ? tracked : null;
        if (known is { } vouched && vouched.HoldsSame(wanted) && facts.IsExecutable == wanted.IsExecutable)
        {
            _plan.Kept.Add(vouched);
            return;
        }

        if (known is null && HoldsWanted(place, wanted, facts))
        {
            _plan.Adopted.Add(wanted);
            return;
        }

        if (!force && known is null && !IsOurs(tracked, facts, wanted.Path))
            _plan.Obstacles.Add(new CheckoutObstacle(wanted.Path, tracked is null ? "not tracked here, but there" : "changed here"));
        else _plan.Writes.Add(new CheckoutWrite(wanted, known));
    }

    /// <summary>Whether the file holds what the index says, or what an interrupted checkout put there.</summary>
    private bool IsOurs(IndexEntry? tracked, FileFacts facts, string? path = null)
    {
        path ??= tracked!.Value.Path;
        var place = session.Folder.PathOf(path);
        if (tracked is { } entry && (entry.Vouches(facts) || ContentCheck.Holds(session.Store, place, entry, cancellation))) return true;
        if (session.Interrupted is null) return false;
        return session.Interrupted.InPlace.Contains(path)
            || (_interrupted.TryGetValue(path, out var half) && ContentCheck.Holds(session.Store, place, half, cancellation));
    }

    private bool HoldsWanted(string place, IndexEntry wanted, FileFacts facts) =>
        facts.Type == (wanted.Kind == EntryKind.Symlink ? FileType.Symlink : FileType.File)
        && facts.Stamp.SizeBytes == wanted.SizeBytes
        && (OperatingSystem.IsWindows() || wanted.Kind == EntryKind.Symlink || facts.IsExecutable == wanted.IsExecutable)
        && ContentCheck.Holds(session.Store, place, wanted, cancellation);

    /// <summary>A file or link above the path that stays is in the way; one that is deleted is not.</summary>
    private bool BlockedAbove(string path)
    {
        for (var end = path.IndexOf('/'); end >= 0; end = path.IndexOf('/', end + 1))
        {
            var above = path[..end];
            var type = FileProbe.At(session.Folder.PathOf(above)).Type;
            if (type == FileType.None || _deleted.Contains(above)) return false;
            if (type == FileType.Folder) continue;
            if (force)
            {
                if (_deleted.Add(above)) _plan.Deletes.Add(above);
                return false;
            }

            if (!_plan.Obstacles.Exists(known => known.Path == above))
                _plan.Obstacles.Add(new CheckoutObstacle(above, "it is no folder, and files have to be written below it"));
            return true;
        }

        return false;
    }

    private bool WillBeEmpty(string place, string path)
    {
        foreach (var file in Directory.EnumerateFiles(place, "*", SearchOption.AllDirectories))
        {
            var inside = path + "/" + Path.GetRelativePath(place, file).Replace(Path.DirectorySeparatorChar, '/');
            if (!_deleted.Contains(inside)) return false;
        }

        return true;
    }
}
