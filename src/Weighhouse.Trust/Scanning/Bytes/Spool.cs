namespace Weighhouse.Trust.Scanning.Bytes;

/// <summary>
/// What comes out of a stream that cannot go back, kept so that it can be read at any place: little in memory, much in a file.
/// </summary>
internal sealed class Spool : IDisposable
{
    private const int BufferBytes = 128 * 1024;

    private readonly MemoryStream _memory = new();
    private FileStream? _file;

    private Spool()
    {
    }

    public Content Content { get; private set; } = new MemoryContent(default);

    /// <summary>Why it ended early; null when it did not. What came before is there.</summary>
    public string? Error { get; private set; }

    /// <summary>Reads the stream to its end.</summary>
    /// <param name="packedBytes">How large it was before it was unpacked.</param>
    public static Spool Fill(Stream stream, long packedBytes, ScanRun run)
    {
        var spool = new Spool();
        try
        {
            spool.CopyFrom(stream, packedBytes, run);
            return spool;
        }
        catch
        {
            spool.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _memory.Dispose();
        _file?.Dispose();
    }

    private void CopyFrom(Stream stream, long packedBytes, ScanRun run)
    {
        var buffer = new byte[BufferBytes];
        var all = 0L;
        try
        {
            while (stream.Read(buffer) is var count and > 0)
            {
                all += count;
                run.Budget.TakeInflated(count, all, packedBytes);
                if (_file is null && all > run.Options.MemoryBytes) MoveToFile();
                ((Stream?)_file ?? _memory).Write(buffer, 0, count);
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            Error = "it cannot be unpacked to its end";
        }

        Content = _file is null ? new MemoryContent(_memory.GetBuffer().AsMemory(0, (int)_memory.Length)) : new SeekableContent(_file);
    }

    /// <summary>A file that only we can read, and that is gone when it is closed, whatever happens.</summary>
    private void MoveToFile()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.DeleteOnClose,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        _file = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), options);
        _memory.WriteTo(_file);
        _memory.SetLength(0);
        _memory.Capacity = 0;
    }
}
