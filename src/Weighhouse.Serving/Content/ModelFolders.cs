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
/// whole or not at all, and nobody writes to it afterwards. The store verifies each piece as it is read.
/// </summary>
internal sealed class ModelFolders(
    IBlobStore blobs, ServingOptions options, IdGenerator ids, TimeProvider time, ILogger<ModelFolders> logger) : IDisposable
{
    private const string Unfinished = ".placing-";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _root = Path.Combine(options.Folder, "models");
    private readonly SemaphoreSlim _placing = new(1);

    /// <summary>The folder that has the files, placed now if it was not there.</summary>
    public async ValueTask<Result<string>> PlaceAsync(IReadOnlyList<ModelFile> files, CancellationToken cancellation)
    {
        var folder = Path.Combine(_root, NameOf(files));
        await _placing.WaitAsync(cancellation);
        try
        {
            MakeFolder(_root);
            if (!IsWhole(folder, files))
            {
                if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
                if (await FillAsync(folder, files, cancellation) is { } refused) return refused;
            }

            Directory.SetLastAccessTimeUtc(folder, time.GetUtcNow().UtcDateTime);
            MakeRoom(folder);
            return folder;
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

    private static bool IsWhole(string folder, IReadOnlyList<ModelFile> files)
    {
        foreach (var file in files)
        {
            var found = new FileInfo(Path.Combine(folder, file.Path));
            if (!found.Exists || found.Length != file.SizeBytes) return false;
        }

        return true;
    }

    /// <summary>
    /// Deletes what was not opened for longest. A session that has a deleted file open keeps its bytes until it is closed.
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
            if (folder.FullName == justUsed) continue;
            folder.Delete(recursive: true);
            total -= bytes;
            ServingLog.FolderForgotten(logger, folder.Name, bytes);
        }
    }

    private static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerOnly);
    }

    private static string NameOf(IReadOnlyList<ModelFile> files)
    {
        var list = new StringBuilder();
        foreach (var file in files)
            list.Append(CultureInfo.InvariantCulture, $"{file.Id} {file.SizeBytes} {file.Path}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(list.ToString())));
    }
}
