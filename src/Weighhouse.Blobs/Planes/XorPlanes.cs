using System.Buffers;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Planes;

/// <summary>
/// Numbers stored as where they differ from others, their base: the id of the base, then the difference by planes. After a fine-tune
/// most of the difference is zeros.
/// </summary>
internal static class XorPlanes
{
    /// <summary>
    /// Bases below an object: it may be stored against one that is stored against another. Each costs a read and an unpacking, so that a
    /// third would make the newest version the slowest.
    /// </summary>
    public const int DepthMax = 2;

    /// <summary>The length of the packed form at the start of <paramref name="target"/>; 0 when it does not fit.</summary>
    public static int Pack(ReadOnlySpan<byte> raw, Digest baseId, ReadOnlySpan<byte> baseRaw, int width, Span<byte> target)
    {
        if (target.Length < Digest.Size) return 0;
        var rented = ArrayPool<byte>.Shared.Rent(raw.Length);
        try
        {
            var difference = rented.AsSpan(0, raw.Length);
            raw.CopyTo(difference);
            BytePlanes.Xor(difference, baseRaw);
            baseId.CopyTo(target);
            var length = PlaneCodec.Pack(difference, width, target[Digest.Size..]);
            return length == 0 ? 0 : Digest.Size + length;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>What an object is stored against; null when it stands by itself or its bytes are too few to say.</summary>
    public static Digest? BaseOf(ObjectInfo info, ReadOnlySpan<byte> stored) =>
        info.Codec == ObjectCodec.XorPlanes && stored.Length >= Digest.Size ? new Digest(stored[..Digest.Size]) : null;

    /// <summary>
    /// Makes of the base the object that is stored against it; false when the stored bytes are no packed form of this length, and the
    /// target is then neither.
    /// </summary>
    /// <param name="stored">At least as long as an id, which <see cref="BaseOf"/> has read.</param>
    public static bool TryUnpack(ReadOnlySpan<byte> stored, ReadOnlySpan<byte> baseRaw, Span<byte> raw)
    {
        if (!PlaneCodec.TryUnpack(stored[Digest.Size..], raw)) return false;
        BytePlanes.Xor(raw, baseRaw);
        return true;
    }
}
