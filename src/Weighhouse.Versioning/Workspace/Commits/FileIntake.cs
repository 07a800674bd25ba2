using System.Collections.Concurrent;
using System.Text;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Changes;
using Weighhouse.Versioning.Workspace.Files;
using Weighhouse.Versioning.Workspace.Index;

namespace Weighhouse.Versioning.Workspace.Commits;

/// <summary>Stores files of the working folder and says what the index should hold of them.</summary>
internal sealed class FileIntake(WorkspaceFolder folder, IObjectWriter writer, TimeProvider time, WorkProgress progress)
{
    /// <summary>A file that changes while it is read is read again; one that never rests is told.</summary>
    private const int AttemptsMax = 3;

    /// <summary>The next entries of all files, by path. Stops at the first that cannot be stored.</summary>
    public Result<Dictionary<string, IndexEntry?>> Store(IReadOnlyList<FoundFile> files, CancellationToken cancellation)
    {
        progress.Begin("storing", files.Count, files.Sum(static file => file.Facts.Stamp.SizeBytes));
        var stored = new IndexEntry[files.Count];
        Error? failure = null;
        // Ranges, not single files: 20,000 small ones must not cost 20,000 steps of the scheduler.
        if (files.Count > 0)
        {
            var ranges = Partitioner.Create(0, files.Count, Math.Clamp(files.Count / 8, 1, 64));
            Parallel.ForEach(ranges, WorkThreads.Options(cancellation), range =>
            {
                for (var i = range.Item1; i < range.Item2 && Volatile.Read(ref failure) is null; i++)
                {
                    if (Store(files[i], cancellation).TryGet(out stored[i], out var error))
                        progress.Did(1, files[i].Facts.Stamp.SizeBytes);
                    else Interlocked.CompareExchange(ref failure, error with { Message = $"{files[i].Path}: {error.Message}" }, null);
                }
            });
        }

        if (failure is not null) return failure;
        var entries = new Dictionary<string, IndexEntry?>(files.Count, StringComparer.Ordinal);
        foreach (var entry in stored) entries[entry.Path] = entry;
        return entries;
    }

    private Result<IndexEntry> Store(FoundFile found, CancellationToken cancellation)
    {
        if (found.Path.Length > TreePath.LengthMax)
            return Error.Invalid($"The path has {found.Path.Length} characters; the limit is {TreePath.LengthMax}. Move it up.");
        return found.Facts.Type == FileType.Symlink ? StoreLink(found) : StoreFile(found, cancellation);
    }

    private Result<IndexEntry> StoreFile(FoundFile found, CancellationToken cancellation)
    {
        var path = folder.PathOf(found.Path);
        var facts = found.Facts;
        for (var attempt = 1; ; attempt++)
        {
            var readNs = FileClock.NowNs(time);
            try
            {
                using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                if (!writer.AddFile(file, cancellation).TryGet(out var blob, out var error)) return error;
                var after = FileProbe.Of(file);
                if (after.Stamp == facts.Stamp && after.Stamp.SizeBytes == blob.SizeBytes)
                {
                    return new IndexEntry(
                        found.Path, EntryKind.File, after.IsExecutable, blob.Id, blob.SizeBytes,
                        after.Stamp.IsRacy(readNs) ? FileStamp.Unknown : after.Stamp, false);
                }

                facts = after;
            }
            catch (UnauthorizedAccessException)
            {
                return Error.Denied("It cannot be read. Make it readable, or add it to .weighignore.");
            }
            catch (FileNotFoundException)
            {
                return Error.NotFound("It is gone since the folder was listed. Try again.");
            }
            catch (IOException exception)
            {
                return new Error(ErrorCode.Unavailable, $"It cannot be read: {exception.Message}");
            }

            if (attempt == AttemptsMax)
                return Error.Conflict(
                    $"It was changed while it was read, {AttemptsMax} times. Wait until its writer has ended, then try again.");
        }
    }

    private Result<IndexEntry> StoreLink(FoundFile found)
    {
        if (new FileInfo(folder.PathOf(found.Path)).LinkTarget is not { Length: > 0 } target)
            return Error.NotFound("It is gone since the folder was listed. Try again.");
        if (!LinkTarget.StaysInside(found.Path, target))
        {
            return Error.Invalid(
                $"It is a link to '{PlainText.Cut(target, 128)}', out of the folder: elsewhere it would point at something else. Copy "
                    + "what it points "
                + "at into the folder, or add the link to .weighignore.");
        }

        var bytes = Encoding.UTF8.GetBytes(target);
        if (!LinkContent.Store(writer, bytes).TryGet(out var blob, out var error)) return error;
        return new IndexEntry(found.Path, EntryKind.Symlink, false, blob.Id, bytes.Length, found.Facts.Stamp, false);
    }
}
