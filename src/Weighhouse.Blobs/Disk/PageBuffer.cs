using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Weighhouse.Blobs.Disk;

/// <summary>Memory for reading a part of a pack: it never moves and starts on a page, as reading past the page cache demands.</summary>
internal sealed class PageBuffer : IDisposable
{
    /// <summary>The longest part read at once: large enough that the disk, not the asking, takes the time.</summary>
    public const int PartMaxBytes = 2 << 20;

    public const int PageBytes = Piece.PageBytes;

    /// <summary>A part that lies across pages is read from the start of its first to the end of its last.</summary>
    private const int CapacityBytes = PartMaxBytes + (2 * PageBytes);

    /// <summary>Kept for the next part: as many as one reading has ahead.</summary>
    private const int KeptMax = 6;

    private static readonly ConcurrentBag<PageBuffer> Kept = [];

    private readonly byte[] _array = GC.AllocateUninitializedArray<byte>(CapacityBytes + PageBytes, pinned: true);
    private readonly int _start;

    private PageBuffer() => _start = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0) & (PageBytes - 1));

    public Memory<byte> Memory => _array.AsMemory(_start, CapacityBytes);

    public static PageBuffer Take() => Kept.TryTake(out var buffer) ? buffer : new PageBuffer();

    public void Dispose()
    {
        if (Kept.Count < KeptMax) Kept.Add(this);
    }
}
