using System.Globalization;
using System.Text;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>
/// The directory a server owns alone. Ownership is a lock of the operating system on weigh.lock: it ends with the process,
/// however that ends, and is never stale. The file's content only tells people who holds it.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private const string LockFileName = "weigh.lock";
    private const int NoticeBytesMax = 1_024;

    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    public string Path { get; }

    public static Result<DataDirectory> Own(string directory, TimeProvider time)
    {
        var path = System.IO.Path.GetFullPath(directory);
        if (Create(path) is { } problem) return problem;
        var lockPath = System.IO.Path.Combine(path, LockFileName);
        FileStream file;
        try
        {
            file = new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (UnauthorizedAccessException)
        {
            return Error.Denied($"The data directory {path} cannot be written by the user '{Environment.UserName}': {LockFileName} cannot "
                + "be opened in it. Make the directory this user's own, or name another one with --data.");
        }
        catch (IOException exception)
        {
            return WhyNot(path, lockPath, exception);
        }

        return WriteNotice(file, path, time);
    }

    public void Dispose() => _lock.Dispose();

    private static Error? Create(string path)
    {
        try
        {
            if (Directory.Exists(path)) return null;
            if (File.Exists(path)) return Error.Precondition($"The data directory {path} is a file. Name a directory with --data.");
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
            else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return Error.Denied($"The data directory {path} cannot be made by the user '{Environment.UserName}'. Make it yourself, or "
                + "name another one with --data.");
        }
        catch (IOException exception)
        {
            return new Error(ErrorCode.Unavailable, $"The data directory {path} cannot be made: {exception.Message}");
        }
    }

    private static Result<DataDirectory> WriteNotice(FileStream file, string path, TimeProvider time)
    {
        try
        {
            var notice = string.Create(CultureInfo.InvariantCulture, $"pid {Environment.ProcessId}\nstarted {time.GetUtcNow():O}\n");
            file.SetLength(0);
            file.Write(Encoding.UTF8.GetBytes(notice));
            file.Flush(flushToDisk: false);
            return new DataDirectory(path, file);
        }
        catch (IOException exception)
        {
            file.Dispose();
            return new Error(
                ErrorCode.StorageFull, $"The data directory {path} cannot be written: {exception.Message}. Make room, then start again.");
        }
    }

    private static Error WhyNot(string path, string lockPath, IOException exception)
    {
        var notice = LockNotice.Read(lockPath, NoticeBytesMax);
        if (notice is null)
            return new Error(
                ErrorCode.Unavailable, $"The data directory {path} cannot be written: {exception.Message}. It may be on a read-only file "
                + "system; name another one with --data.");
        return Error.Precondition(
            $"The data directory {path} belongs to another running server ({notice}). Stop that one first, or name another directory with "
            + "--data.");
    }
}
