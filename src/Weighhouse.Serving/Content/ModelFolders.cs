using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Registry;

namespace Weighhouse.Serving.Content;

/// <summary>
/// Files of models as files: a runtime opens paths. A folder is named by what is in it, so versions of the same bytes share one; it appears
/// whole or not at all, and nobody writes to it afterwards. The store verifies each piece as it is read, and what lay here already is held
/// against it before each load: a byte that somebody changed is never run.
/// </summary>
internal sealed class ModelFolders(
    IBlobStore blobs, IObjectStore objects, ServingOptions options, IdGenerator ids, TimeProvider time, ILogger<ModelFolders> logger)
    : IDisposable
{
    private const string Unfinished = ".placing-";
    private const string Refused = ".refused-";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _root = Path.Combine(options.Folder, "models");
    private readonly SemaphoreSlim _placing = new(1);
    private readonly Dictionary<string, int> _held = new(StringComparer.Ordinal);

    /// <summary>The folder that has the files, placed now if it was not there. It stays until it is disposed.</summary>
    public async ValueTask<Result<PlacedFolder>> PlaceAsync(IReadOnlyList<ModelFile> files, CancellationToken cancellation)
    {
        var folder = Path.Combine(_root, NameOf(files));
        await _placing.WaitAsync(cancellation);
        try
        {
            MakeFolder(_root);
            if (!Directory.Exists(folder))
            {
                if (await FillAsync(folder, files, cancellation) is { } unfilled) return unfilled;
            }
            else if (await OnThread(() => FindChange(folder, files, cancellation)) is { } changed)
            {
                return Refuse(folder, changed);
            }

            Directory.SetLastAccessTimeUtc(folder, time.GetUtcNow().UtcDateTime);
            MakeRoom(folder);
            return Hold(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Error(
                ErrorCode.Unavailable,
                $"The model's files cannot be placed in {_root}: {exception.Message} Make room there, or mend its rights.");
        }
        finally
        {
            _placing.Release();
        }
    }

    public void Dispose() => _placing.Dispose();

    private PlacedFolder Hold(string folder)
    {
        lock (_held) _held[folder] = _held.GetValueOrDefault(folder) + 1;
        return new PlacedFolder(folder, () =>
        {
            lock (_held)
                if (--_held[folder] == 0) _held.Remove(folder);
        });
    }

    private bool IsHeld(string folder)
    {
        lock (_held) return _held.ContainsKey(folder);
    }

    private async ValueTask<Error?> FillAsync(string folder, IReadOnlyList<ModelFile> files, CancellationToken cancellation)
    {
        var draft = Path.Combine(_root, Unfinished + ids.Hex32());
        MakeFolder(draft);
        try
        {
            foreach (var file in files)
            {
                var path = Path.GetFullPath(Path.Combine(draft, file.Path));
                if (!path.StartsWith(draft + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                    return Error.Invalid($"The model's file '{file.Path}' leads out of its folder.");
                MakeFolder(Path.GetDirectoryName(path)!);
                if (!(await blobs.OpenAsync(file.Id, cancellation)).TryGet(out var content, out var error)) return error;
                await using (content) await CopyAsync(content, path, cancellation);
            }

            Directory.Move(draft, folder);
            return null;
        }
        catch (CorruptBlobException exception)
        {
            return new Error(ErrorCode.Corrupted, $"The model's files are damaged in the store: {exception.Message}");
        }
        finally
        {
            if (Directory.Exists(draft)) Directory.Delete(draft, recursive: true);
        }
    }

    private static async Task CopyAsync(Stream content, string path, CancellationToken cancellation)
    {
        await using (var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            await content.CopyToAsync(target, 1 << 20, cancellation);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead);
    }

    /// <summary>The path of a file that differs from what was placed, is missing, was added or is a link; null for none.</summary>
    private string? FindChange(string folder, IReadOnlyList<ModelFile> files, CancellationToken cancellation)
    {
        var listed = files.Select(static file => file.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(folder, entry.FullName).Replace(Path.DirectorySeparatorChar, '/');
            if (entry.LinkTarget is not null || (entry is FileInfo && !listed.Contains(path))) return path;
        }

        foreach (var file in files)
        {
            var path = Path.Combine(folder, file.Path);
            if (!File.Exists(path)) return file.Path;
            using var content = File.OpenHandle(path, options: FileOptions.SequentialScan);
            if (!objects.Matches(file.Id, content, cancellation)) return file.Path;
        }

        return null;
    }

    /// <summary>Sets the folder aside for whoever wants to know what happened; the next load places the files anew.</summary>
    private Error Refuse(string folder, string path)
    {
        var aside = Path.Combine(_root, Refused + ids.Hex32());
        Directory.Move(folder, aside);
        ServingLog.FilesChanged(logger, path, aside);
        return new Error(
            ErrorCode.Corrupted,
            $"The model's file '{path}' is not what was registered: it was changed in {_root}, and nothing of it was loaded. The folder is "
            + $"kept as {Path.GetFileName(aside)}; the next load places the files anew. See who else may write there.",
            path);
    }

    private static Task<T> OnThread<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>
    /// Deletes what was not opened for longest, and nothing that a loaded version reads: its workers open files at any time.
    /// </summary>
    private void MakeRoom(string justUsed)
    {
        var folders = new DirectoryInfo(_root).GetDirectories()
            .Select(static folder => (
                Folder: folder, Bytes: folder.EnumerateFiles("*", SearchOption.AllDirectories).Sum(static file => file.Length)))
            .OrderBy(static entry => entry.Folder.LastAccessTimeUtc).ToList();
        var total = folders.Sum(static entry => entry.Bytes);
        foreach (var (folder, bytes) in folders)
        {
            if (total <= options.PlacedBytesMax) return;
            if (folder.FullName == justUsed || IsHeld(folder.FullName)) continue;
            folder.Delete(recursive: true);
            total -= bytes;
            ServingLog.FolderForgotten(logger, folder.Name, bytes);
        }
    }

    private static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        // A folder that was there already keeps its rights: they are taken from everybody else here.
        if (Directory.CreateDirectory(path, OwnerOnly).UnixFileMode != OwnerOnly) File.SetUnixFileMode(path, OwnerOnly);
    }

    private static string NameOf(IReadOnlyList<ModelFile> files)
    {
        var list = new StringBuilder();
        foreach (var file in files)
            list.Append(CultureInfo.InvariantCulture, $"{file.Id} {file.SizeBytes} {file.Path}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(list.ToString())));
    }
}
