using Microsoft.Win32.SafeHandles;

namespace Weighhouse.Blobs.Local;

/// <summary>A file on its way to become a blob: locked against the clean-up of other processes, deleted unless it was moved.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly string _path;
    private readonly FileStream _stream;
    private bool _moved;

    private TemporaryFile(string path, FileStream stream)
    {
        _path = path;
        _stream = stream;
    }

    private SafeFileHandle Handle => _stream.SafeFileHandle;

    public static TemporaryFile Create(string path)
    {
        // FileShare.None is the lock (flock on Unix).
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = BlobLayout.PrivateFile;
        return new TemporaryFile(path, new FileStream(path, options));
    }

    public void Write(ReadOnlySpan<byte> bytes, long offsetBytes)
    {
        try
        {
            RandomAccess.Write(Handle, bytes, offsetBytes);
        }
        catch (ArgumentOutOfRangeException tooBig)
        {
            // .NET words EFBIG (more than the file system can hold in one file, 4 GiB on FAT) as a wrong argument.
            throw new IOException(tooBig.Message, DiskErrors.FileTooBig);
        }
    }

    public void SetLength(long lengthBytes) => RandomAccess.SetLength(Handle, lengthBytes);

    /// <summary>Whether writes now pass the page cache by (or no longer do). They must then be whole pages at whole pages.</summary>
    public bool TrySetDirect(bool direct) => OperatingSystem.IsLinux() && UnixFiles.TrySetDirect(Handle, direct);

    public void StartWriteOut(long offsetBytes, long lengthBytes)
    {
        if (OperatingSystem.IsLinux()) UnixFiles.StartWriteOut(Handle, offsetBytes, lengthBytes);
    }

    public void AwaitWriteOut(long offsetBytes, long lengthBytes)
    {
        if (OperatingSystem.IsLinux()) UnixFiles.AwaitWriteOut(Handle, offsetBytes, lengthBytes);
    }

    public void Flush() => RandomAccess.FlushToDisk(Handle);

    /// <summary>Makes the file read-only and its content durable.</summary>
    public void Seal()
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Handle, BlobLayout.FinishedFile);
        Flush();
    }

    /// <summary>Renames the file, with the given modification time when there is one. The folder is the caller's to sync.</summary>
    public void MoveTo(string target, DateTimeOffset? modified = null)
    {
        if (modified is { } time) File.SetLastWriteTimeUtc(Handle, time.UtcDateTime);
        // Unix keeps the lock until the rename is done; Windows cannot rename an open file.
        if (OperatingSystem.IsWindows()) _stream.Dispose();
        File.Move(_path, target, overwrite: true);
        _moved = true;
    }

    public void Dispose()
    {
        _stream.Dispose();
        if (_moved) return;
        try
        {
            File.Delete(_path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The next start-up deletes it; the failure that led here is the one to tell.
        }
    }
}
