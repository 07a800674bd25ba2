using Weighhouse.Blobs;
using Weighhouse.Versioning.Workspace.Files;
using Weighhouse.Versioning.Workspace.Index;

namespace Weighhouse.Versioning.Workspace.Changes;

/// <summary>Compares the working folder with the index. Reads only files whose stamp no longer vouches for their content.</summary>
internal sealed class ChangeScan(WorkspaceFolder folder, Func<IObjectStore> store, TimeProvider time)
{
    public FolderChanges Run(WorkspaceIndex index, CancellationToken cancellation)
    {
        var content = FolderScan.Run(folder.Root, index.HasBelow, cancellation);
        var changes = new List<FileChange>();
        var doubtful = new List<(IndexEntry Tracked, FoundFile Found)>();
        Join(index.Entries, content.Files, changes, doubtful);
        var refreshed = Settle(doubtful, changes, cancellation);
        changes.Sort(static (one, other) => string.CompareOrdinal(one.Path, other.Path));
        return new FolderChanges(changes, refreshed, content.Unreadable);
    }

    /// <summary>Both lists are sorted alike: one pass.</summary>
    private static void Join(
        IReadOnlyList<IndexEntry> tracked, List<FoundFile> found, List<FileChange> changes,
            List<(IndexEntry Tracked, FoundFile Found)> doubtful)
    {
        int left = 0, right = 0;
        while (left < tracked.Count || right < found.Count)
        {
            var order = left == tracked.Count ? 1 : right == found.Count ? -1
                : string.CompareOrdinal(tracked[left].Path, found[right].Path);
            if (order < 0)
            {
                var gone = tracked[left++];
                if (!gone.IsLeftOut) changes.Add(new FileChange(gone.Path, FolderChangeKind.Deleted, gone, null));
            }
            else if (order > 0)
            {
                var added = found[right++];
                if (!added.IsIgnored) changes.Add(new FileChange(added.Path, FolderChangeKind.Added, null, added));
            }
            else
            {
                Compare(tracked[left++], found[right++], changes, doubtful);
            }
        }
    }

    private static void Compare(
        IndexEntry tracked, FoundFile found, List<FileChange> changes, List<(IndexEntry Tracked, FoundFile Found)> doubtful)
    {
        var isLink = found.Facts.Type == FileType.Symlink;
        if (isLink != (tracked.Kind == EntryKind.Symlink))
            changes.Add(new FileChange(tracked.Path, FolderChangeKind.Retyped, tracked, found));
        else if (!tracked.Vouches(found.Facts) && found.Facts.Stamp.SizeBytes != tracked.SizeBytes)
            changes.Add(new FileChange(tracked.Path, FolderChangeKind.Modified, tracked, found));
        else if (!tracked.Vouches(found.Facts))
            doubtful.Add((tracked, found));
        else if (ModeDiffers(tracked, found))
            changes.Add(new FileChange(tracked.Path, FolderChangeKind.Mode, tracked, found));
    }

    /// <summary>Windows has no executable bit: there the recorded one stands.</summary>
    private static bool ModeDiffers(IndexEntry tracked, FoundFile found) =>
        !OperatingSystem.IsWindows() && tracked.Kind == EntryKind.File && tracked.IsExecutable != found.Facts.IsExecutable;

    private Dictionary<string, IndexEntry?> Settle(
        List<(IndexEntry Tracked, FoundFile Found)> doubtful, List<FileChange> changes, CancellationToken cancellation)
    {
        var refreshed = new Dictionary<string, IndexEntry?>(StringComparer.Ordinal);
        if (doubtful.Count == 0) return refreshed;
        var objects = store();
        var readNs = FileClock.NowNs(time);
        Parallel.ForEach(doubtful, WorkThreads.Options(cancellation), pair =>
        {
            var same = ContentCheck.Holds(objects, folder.PathOf(pair.Tracked.Path), pair.Tracked, cancellation);
            // What changed while it was read is told by its stamp.
            var after = FileProbe.At(folder.PathOf(pair.Tracked.Path));
            lock (changes)
            {
                if (!same || after.Stamp != pair.Found.Facts.Stamp)
                    changes.Add(new FileChange(pair.Tracked.Path, FolderChangeKind.Modified, pair.Tracked, pair.Found));
                else
                {
                    if (ModeDiffers(pair.Tracked, pair.Found))
                        changes.Add(new FileChange(pair.Tracked.Path, FolderChangeKind.Mode, pair.Tracked, pair.Found));
                    if (!after.Stamp.IsRacy(readNs)) refreshed[pair.Tracked.Path] = pair.Tracked with { Stamp = after.Stamp };
                }
            }
        });
        return refreshed;
    }
}
