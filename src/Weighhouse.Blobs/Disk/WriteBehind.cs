using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace Weighhouse.Blobs.Disk;

/// <summary>
/// Writes a new file front to back, in pieces that others write while the next is filled, and past the page cache where the file system
/// allows that and the disk is quick: filling the cache costs more processor time than all the rest (5.8 s for 1 GiB on a virtual machine
/// that hands free memory back, 0.3 s past it). A slow disk is better hidden behind the cache.
/// </summary>
internal sealed class WriteBehind(SafeFileHandle file) : IDisposable
{
    /// <summary>Pieces being written at once: one is on the disk while the next is handed to it.</summary>
    private const int WritingMax = 2;

    /// <summary>After this much the disk is judged.</summary>
    private const long JudgedBytes = 16 << 20;

    /// <summary>Bytes a second below which the page cache is used after all: the user then waits for memory, not for the disk.</summary>
    private const double SlowBytesPerSecond = 200e6;

    private static readonly byte[] Zeros = new byte[Piece.PageBytes];

    private readonly Queue<Task> _writing = new();
    private readonly long _started = Stopwatch.GetTimestamp();
    private Piece? _piece;
    private long _offset;
    private long _writtenBytes;
    private long _judgedFrom = JudgedBytes;
    private bool _hasHoles;
    private long _waitedTicks;
    private bool _isDirect = OperatingSystem.IsLinux() && UnixFiles.TrySetDirect(file, true);

    /// <summary>Takes the bytes, which are copied; waits while too much is on its way.</summary>
    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            _piece ??= TakePiece();
            var taken = Math.Min(bytes.Length, Piece.CapacityBytes - _piece.LengthBytes);
            bytes.Span[..taken].CopyTo(_piece.Memory.Span[_piece.LengthBytes..]);
            _piece.LengthBytes += taken;
            bytes = bytes[taken..];
            if (_piece.LengthBytes == Piece.CapacityBytes) await HandOverAsync();
        }
    }

    /// <summary>
    /// The same as appending zeros; whole pages of them are left out, and become a hole where the file system makes any. The file is new.
    /// </summary>
    public async ValueTask SkipAsync(long zeroBytes)
    {
        var behindPage = (int)((_offset + (_piece?.LengthBytes ?? 0)) % Piece.PageBytes);
        var toPage = (int)Math.Min(zeroBytes, behindPage == 0 ? 0 : Piece.PageBytes - behindPage);
        await AppendAsync(Zeros.AsMemory(0, toPage));
        zeroBytes -= toPage;
        var behindLast = (int)(zeroBytes % Piece.PageBytes);
        if (zeroBytes > behindLast)
        {
            if (_piece is { LengthBytes: > 0 }) await HandOverAsync();
            _offset += zeroBytes - behindLast;
            _hasHoles = true;
        }

        await AppendAsync(Zeros.AsMemory(0, behindLast));
    }

    /// <summary>Returns when all was written. A last part that fills no page goes through the cache.</summary>
    public void Finish()
    {
        while (_writing.TryDequeue(out var earlier)) earlier.GetAwaiter().GetResult();
        GoThroughCache();
        if (_piece is not null)
        {
            RandomAccess.Write(file, _piece.Content, _offset);
            _offset += _piece.LengthBytes;
            _piece.LengthBytes = 0;
        }

        if (_hasHoles && RandomAccess.GetLength(file) < _offset) RandomAccess.SetLength(file, _offset);
    }

    public void Dispose()
    {
        while (_writing.TryDequeue(out var earlier))
            earlier.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        _piece?.Return();
        _piece = null;
    }

    private static Piece TakePiece()
    {
        var piece = Piece.Take();
        piece.LengthBytes = 0;
        return piece;
    }

    private async ValueTask HandOverAsync()
    {
        var (piece, offset) = (_piece!, _offset);
        _piece = null;
        _offset += piece.LengthBytes;
        _writtenBytes += piece.LengthBytes;
        _writing.Enqueue(Task.Run(() => Write(piece, offset)));
        if (_writing.Count <= WritingMax) return;
        var waiting = Stopwatch.GetTimestamp();
        await _writing.Dequeue();
        _waitedTicks += Stopwatch.GetTimestamp() - waiting;
        if (!_isDirect || _writtenBytes < _judgedFrom) return;
        _judgedFrom += JudgedBytes;
        if (IsSlow()) await TurnToCacheAsync();
    }

    /// <summary>Slow is the disk that made us wait most of the time.</summary>
    private bool IsSlow()
    {
        var ticks = Stopwatch.GetTimestamp() - _started;
        return _waitedTicks * 2 > ticks && _writtenBytes < SlowBytesPerSecond * ticks / Stopwatch.Frequency;
    }

    private async ValueTask TurnToCacheAsync()
    {
        while (_writing.TryDequeue(out var earlier)) await earlier;
        GoThroughCache();
    }

    private void GoThroughCache()
    {
        if (_isDirect && OperatingSystem.IsLinux()) UnixFiles.TrySetDirect(file, false);
        _isDirect = false;
    }

    private void Write(Piece piece, long offset)
    {
        try
        {
            RandomAccess.Write(file, piece.Content, offset);
        }
        catch (IOException failure) when (failure.HResult == DiskErrors.Invalid && OperatingSystem.IsLinux())
        {
            // The file system takes the flag and not the write, for instance with sectors larger than our pages.
            UnixFiles.TrySetDirect(file, false);
            RandomAccess.Write(file, piece.Content, offset);
        }
        finally
        {
            piece.Return();
        }
    }
}
