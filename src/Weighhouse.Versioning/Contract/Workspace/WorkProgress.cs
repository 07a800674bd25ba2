namespace Weighhouse.Versioning;

/// <summary>How far long work has come. Written by the threads that do it, read by who shows it.</summary>
public sealed class WorkProgress
{
    private long _filesDone, _filesTotal, _bytesDone, _bytesTotal;
    private volatile string _phase = "";
    private volatile string _unit = Files;

    private const string Files = "files";

    /// <summary>What is being done, such as "storing"; empty before it begins.</summary>
    public string Phase => _phase;

    /// <summary>What is counted: "files", or "objects" on the way to or from a server.</summary>
    public string Unit => _unit;

    public long FilesDone => Interlocked.Read(ref _filesDone);

    public long FilesTotal => Interlocked.Read(ref _filesTotal);

    public long BytesDone => Interlocked.Read(ref _bytesDone);

    public long BytesTotal => Interlocked.Read(ref _bytesTotal);

    public void Begin(string phase, long files, long bytes, string unit = Files)
    {
        _unit = unit;
        Interlocked.Exchange(ref _filesDone, 0);
        Interlocked.Exchange(ref _bytesDone, 0);
        Interlocked.Exchange(ref _filesTotal, files);
        Interlocked.Exchange(ref _bytesTotal, bytes);
        _phase = phase;
    }

    public void Did(long files, long bytes)
    {
        Interlocked.Add(ref _filesDone, files);
        Interlocked.Add(ref _bytesDone, bytes);
    }
}
