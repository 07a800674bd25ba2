using System.Collections.Concurrent;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Changes;
using Weighhouse.Versioning.Workspace.Files;
using Weighhouse.Versioning.Workspace.Index;

namespace Weighhouse.Versioning.Workspace.Checkout;

/// <summary>
/// Writes a plan into the folder. A file is written under a temporary name, each chunk verified, then renamed: it is the one before or the
/// one wanted, whole, whenever the process ends.
/// </summary>
internal sealed class CheckoutRun(WorkspaceFolder folder, IObjectStore store, TimeProvider time, WorkProgress progress)
{
    private readonly ConcurrentBag<IndexEntry> _written = [];
    private int _number;
    private Error? _failure;

    /// <summary>The entries of the next index with the stamps of what was written.</summary>
    public Result<List<IndexEntry>> Run(CheckoutPlan plan, CancellationToken cancellation)
    {
        try
        {
            foreach (var path in plan.Deletes) FolderWork.Delete(folder, path);
            if (MakeFolders(plan.Writes) is { } refusal) return refusal;
            progress.Begin("writing", plan.Writes.Count, plan.Writes.Sum(static write => write.Target.SizeBytes));
            // What a killed checkout left has the names that this one gives.
            Temporaries.Remove(folder);
            Directory.CreateDirectory(folder.TemporaryPath);
            WriteAll(plan.Writes, cancellation);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _failure = CheckoutFailure.Of(exception, folder.Root);
        }
        finally
        {
            Temporaries.Remove(folder);
        }

        if (_failure is not null) return _failure;
        var entries = new List<IndexEntry>(plan.Kept);
        entries.AddRange(_written);
        var readNs = FileClock.NowNs(time);
        foreach (var adopted in plan.Adopted) entries.Add(Stamped(adopted, readNs));
        return entries;
    }

    private Error? MakeFolders(List<CheckoutWrite> writes)
    {
        string? last = null;
        foreach (var write in writes)
        {
            var path = write.Target.Path;
            var above = path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";
            if (above == last) continue;
            last = above;
            if (FolderWork.EnsureFolder(folder, above) is { } refusal) return refusal;
        }

        return null;
    }

    private void WriteAll(List<CheckoutWrite> writes, CancellationToken cancellation)
    {
        if (writes.Count == 0) return;
        var ranges = Partitioner.Create(0, writes.Count, Math.Clamp(writes.Count / 8, 1, 64));
        Parallel.ForEach(ranges, WorkThreads.Options(cancellation), range =>
        {
            for (var i = range.Item1; i < range.Item2 && Volatile.Read(ref _failure) is null; i++)
            {
                if (Write(writes[i], cancellation) is { } error) Interlocked.CompareExchange(ref _failure, error, null);
                else progress.Did(1, writes[i].Target.SizeBytes);
            }
        });
    }

    private Error? Write(CheckoutWrite write, CancellationToken cancellation)
    {
        var target = write.Target;
        var temporary = Path.Combine(folder.TemporaryPath, Interlocked.Increment(ref _number).ToString());
        try
        {
            var startNs = FileClock.NowNs(time);
            var made = target.Kind == EntryKind.Symlink
                ? MakeLink(target, temporary)
                : FileContent.Make(folder, store, write, temporary, cancellation);
            if (made.IsFailure) return made.Error with { Message = $"{target.Path}: {made.Error.Message}" };
            Place(temporary, folder.PathOf(target.Path));
            _written.Add(Stamped(target, startNs));
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return CheckoutFailure.Of(exception, target.Path);
        }
    }

    /// <summary>A folder that stands there is empty by the plan, and a rename does not replace it.</summary>
    private static void Place(string temporary, string place)
    {
        try
        {
            File.Move(temporary, place, overwrite: true);
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException
            && FileProbe.At(place).Type == FileType.Folder)
        {
            FolderWork.DeleteEmpty(place);
            File.Move(temporary, place, overwrite: true);
        }
    }

    private Result<Done> MakeLink(IndexEntry link, string temporary)
    {
        if (!LinkTarget.Read(store, link.Id).TryGet(out var target, out var error)) return error;
        if (OutwardLinks.Refuse(link.Path, target) is { } refusal) return refusal;
        File.CreateSymbolicLink(temporary, target);
        return Done.Value;
    }

    /// <summary>Written just now: the clock may tick too slowly to tell a change that follows, then the next status reads the file
    /// once.</summary>
    private IndexEntry Stamped(IndexEntry entry, long readNs)
    {
        var stamp = FileProbe.At(folder.PathOf(entry.Path)).Stamp;
        return entry with { Stamp = stamp.SizeBytes != entry.SizeBytes || stamp.IsRacy(readNs) ? FileStamp.Unknown : stamp };
    }
}
