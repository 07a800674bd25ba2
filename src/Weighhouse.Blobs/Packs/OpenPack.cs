using Microsoft.Win32.SafeHandles;
using Weighhouse.Blobs.Disk;

namespace Weighhouse.Blobs.Packs;

/// <summary>
/// The pack that is being appended to. Whole aligned pieces are written past the page cache where the file system allows it (0.7 s
/// instead of up to 3.3 s for 1 GiB on a virtual machine that hands free memory back, and models in use keep their place in the
/// cache); the ends of sections go through it.
/// </summary>
internal sealed class OpenPack : IDisposable
{
    private readonly SafeFileHandle _buffered;
    private readonly IPackPublisher? _publisher;
    private SafeFileHandle? _direct;
    private bool _cannotDirect;
    private bool _isNew;

    private OpenPack(PackFile file, SafeFileHandle buffered, bool isNew, IPackPublisher? publisher = null)
    {
        File = file;
        _publisher = publisher;
        // What is sent elsewhere is read again at once: it may stay in the page cache.
        _cannotDirect = publisher is not null;
        _buffered = buffered;
        _isNew = isNew;
        EndBytes = isNew ? 0 : file.SoundEnd;
        PreviousTrailer = file.SoundEnd > PackHeader.Size ? file.SoundEnd - PackTrailer.Size : 0;
    }

    public PackFile File { get; }

    /// <summary>Where the next byte goes, written or still in memory.</summary>
    public long EndBytes { get; set; }

    public long PreviousTrailer { get; set; }

    public static OpenPack Create(PackFile file, IPackPublisher? publisher = null)
    {
        var handle = PackFolder.Open(file.Path, FileMode.CreateNew, FileAccess.ReadWrite);
        return new OpenPack(file, handle, isNew: true, publisher);
    }

    /// <summary>Goes on with a pack that the lane's holder before has left, cutting off what it did not finish.</summary>
    public static OpenPack Continue(PackFile file, IPackPublisher? publisher = null)
    {
        var handle = PackFolder.Open(file.Path, FileMode.Open, FileAccess.ReadWrite);
        file.IsOurs = true;
        if (RandomAccess.GetLength(handle) > file.SoundEnd) RandomAccess.SetLength(handle, file.SoundEnd);
        return new OpenPack(file, handle, isNew: false, publisher);
    }

    public void Write(Piece piece, long offset)
    {
        if (offset % Piece.PageBytes == 0 && piece.LengthBytes == Piece.CapacityBytes && TryWriteDirect(piece, offset)) return;
        WriteBuffered(piece.Content, offset);
        _publisher?.Written(offset + piece.LengthBytes);
    }

    /// <summary>Makes what was written up to there durable, and the file's name with the first section.</summary>
    public void Sync(string folder, long endBytes)
    {
        if (_publisher is not null)
        {
            _publisher.Publish(endBytes);
            return;
        }

        RandomAccess.FlushToDisk(_buffered);
        if (!_isNew) return;
        UnixFiles.SyncFolder(folder);
        _isNew = false;
    }

    /// <summary>Gives up what was written behind the last whole section; of a pack without one nothing is left.</summary>
    public void Abandon()
    {
        try
        {
            if (File.SoundEnd > PackHeader.Size) RandomAccess.SetLength(_buffered, File.SoundEnd);
            else Delete();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The tail stays and is told from a section by its missing trailer; the failure that led here is the one to tell.
        }
    }

    public void Dispose()
    {
        File.SeenBytes = File.SoundEnd;
        File.IsOurs = false;
        _direct?.Dispose();
        _buffered.Dispose();
        _publisher?.Dispose();
    }

    private void Delete()
    {
        // Nothing in it was ever known.
        (File.IsSettled, File.IsGone) = (true, true);
        System.IO.File.Delete(File.Path);
    }

    private bool TryWriteDirect(Piece piece, long offset)
    {
        if (_cannotDirect || !OperatingSystem.IsLinux()) return false;
        try
        {
            if (_direct is null)
            {
                var handle = PackFolder.Open(File.Path, FileMode.Open, FileAccess.Write);
                _direct = handle;
                _cannotDirect = !UnixFiles.TrySetDirect(handle, true);
            }

            if (!_cannotDirect) RandomAccess.Write(_direct, piece.Content, offset);
        }
        catch (IOException failure) when (failure.HResult == DiskErrors.Invalid)
        {
            // The file system takes the flag and not the write, for instance with sectors larger than our pages.
            _cannotDirect = true;
        }

        return !_cannotDirect;
    }

    private void WriteBuffered(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(_buffered, bytes, offset);
        }
        catch (ArgumentOutOfRangeException tooBig)
        {
            // .NET words EFBIG (more than the file system can hold in one file, 4 GiB on FAT) as a wrong argument.
            throw new IOException(tooBig.Message, DiskErrors.FileTooBig);
        }
    }
}
