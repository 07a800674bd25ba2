namespace Weighhouse.Blobs.Local;

/// <summary>
/// Appends pieces to a temporary file without the page cache where the file system allows it: 0.7 s instead of up to 3.3 s for
/// 1 GiB on a virtual machine that hands free memory back to its host, and models in use keep their place in the cache.
/// Elsewhere through the cache, but with the disk kept busy, so that the final fsync has little left to do.
/// </summary>
internal sealed class LargeFile
{
    /// <summary>Through the cache, the disk starts on every 8 MiB and is never more than 32 MiB behind.</summary>
    private const long WindowBytes = 8 << 20, BehindMaxBytes = 32 << 20;

    private readonly TemporaryFile _file;
    private bool _isDirect;
    private bool _isPadded;
    private long _writtenBytes;
    private long _startedBytes;

    public LargeFile(TemporaryFile file)
    {
        _file = file;
        _isDirect = file.TrySetDirect(true);
    }

    /// <summary>Every piece but the last is full.</summary>
    public void Append(Piece piece)
    {
        if (!_isDirect || !TryAppendDirect(piece))
        {
            _file.Write(piece.Content, _writtenBytes);
            KeepDiskBusy(_writtenBytes + piece.LengthBytes);
        }

        _writtenBytes += piece.LengthBytes;
    }

    public void Seal()
    {
        if (_isPadded) _file.SetLength(_writtenBytes);
        _file.Seal();
    }

    private bool TryAppendDirect(Piece piece)
    {
        var padded = piece.PaddedContent();
        try
        {
            _file.Write(padded, _writtenBytes);
            _isPadded = padded.Length > piece.LengthBytes;
            return true;
        }
        catch (IOException failure) when (failure.HResult == DiskErrors.Invalid)
        {
            // The file system takes the flag and not the write, for instance with sectors larger than our pages.
            _isDirect = false;
            _file.TrySetDirect(false);
            return false;
        }
    }

    private void KeepDiskBusy(long writtenBytes)
    {
        if (writtenBytes - _startedBytes < WindowBytes) return;
        _file.StartWriteOut(_startedBytes, writtenBytes - _startedBytes);
        _startedBytes = writtenBytes;
        var awaitedBytes = _startedBytes - BehindMaxBytes;
        if (awaitedBytes >= 0) _file.AwaitWriteOut(awaitedBytes, WindowBytes);
    }
}
