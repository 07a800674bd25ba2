using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Weighhouse.Blobs.Disk;

/// <summary>A part of a large file in memory that never moves and starts on a page, as direct writing demands.</summary>
internal sealed class Piece
{
    /// <summary>Large enough that a disk is busy with one at a time, small enough that an upload holds only 4 MiB.</summary>
    public const int CapacityBytes = 1 << 20;

    /// <summary>Direct writing takes whole pages at whole pages; 4 KiB is a multiple of every common disk's sector.</summary>
    public const int PageBytes = 4096;

    /// <summary>Kept for the next upload; more than 16 MiB would be hoarding.</summary>
    private const int KeptMax = 16;

    private static readonly ConcurrentBag<Piece> Kept = [];

    private readonly byte[] _array = GC.AllocateUninitializedArray<byte>(CapacityBytes + PageBytes, pinned: true);
    private readonly int _start;

    private Piece()
    {
        var address = Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0);
        _start = (int)(-address & (PageBytes - 1));
    }

    /// <summary>How many bytes count.</summary>
    public int LengthBytes { get; set; }

    public Memory<byte> Memory => _array.AsMemory(_start, CapacityBytes);

    public ReadOnlySpan<byte> Content => Memory.Span[..LengthBytes];

    public static Piece Take() => Kept.TryTake(out var piece) ? piece : new Piece();

    public void Return()
    {
        if (Kept.Count < KeptMax) Kept.Add(this);
    }

    /// <summary>The content and zeros up to a whole page.</summary>
    public ReadOnlySpan<byte> PaddedContent()
    {
        var paddedBytes = (LengthBytes + PageBytes - 1) & ~(PageBytes - 1);
        Memory.Span[LengthBytes..paddedBytes].Clear();
        return Memory.Span[..paddedBytes];
    }
}
