using System.Buffers;
using System.IO.Compression;
using Weighhouse.Blobs.Planes;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Store;

/// <summary>
/// Makes objects small on disk where that pays. Float weights shrink by 8 % at a tenth of the speed of the disk: they stay as they
/// are. Text shrinks to 36 %.
/// </summary>
internal static class Packing
{
    /// <summary>The part of a chunk that decides whether the whole is tried.</summary>
    private const int ProbeBytes = 4096;

    /// <summary>Less than this is not worth the reading time: 6 %.</summary>
    private const double WorthwhileShare = 0.94;

    /// <summary>Bits a byte. Above it only repetition could shrink a chunk, and what repeats is mostly found as equal chunks.</summary>
    private const double EntropyMax = 7.0;

    private const int Window = 18;

    /// <summary>Shorter chunks than this the quickest way packs 15 % worse than the next (42.6 % of a table instead of 36.2 %), which does
    /// 100 MB/s; longer ones as well, at 210 MB/s.</summary>
    private const int QuickBytesMin = 64 << 10;

    /// <summary>
    /// The stored form of <paramref name="raw"/>: itself, or what <paramref name="rented"/> begins with. The caller returns the rented
    /// array to the shared pool.
    /// </summary>
    public static ObjectCodec Pack(ReadOnlySpan<byte> raw, out byte[]? rented, out int storedBytes)
    {
        (rented, storedBytes) = (null, raw.Length);
        if (raw.Length < 64 || !LooksWorthwhile(raw)) return ObjectCodec.Raw;
        rented = ArrayPool<byte>.Shared.Rent(raw.Length);
        var most = (int)(raw.Length * WorthwhileShare);
        if (BrotliEncoder.TryCompress(raw, rented.AsSpan(0, most), out storedBytes, QualityFor(raw.Length), Window))
            return ObjectCodec.Brotli;
        ArrayPool<byte>.Shared.Return(rented);
        (rented, storedBytes) = (null, raw.Length);
        return ObjectCodec.Raw;
    }

    /// <summary>
    /// False when the bytes are not what the entry says, which the reader takes for damage. What is stored against another object is
    /// <see cref="Unpacking"/>'s.
    /// </summary>
    public static bool TryUnpack(ObjectInfo info, ReadOnlySpan<byte> stored, Span<byte> raw)
    {
        Invariant.That(raw.Length == info.RawBytes && stored.Length == info.StoredBytes);
        switch (info.Codec)
        {
            case ObjectCodec.Raw when stored.Length == raw.Length:
                stored.CopyTo(raw);
                return true;
            case ObjectCodec.Brotli:
                return BrotliDecoder.TryDecompress(stored, raw, out var written) && written == raw.Length;
            case ObjectCodec.Planes:
                return PlaneCodec.TryUnpack(stored, raw);
            default:
                return false;
        }
    }

    private static int QualityFor(int lengthBytes) => lengthBytes < QuickBytesMin ? 2 : 1;

    private static bool LooksWorthwhile(ReadOnlySpan<byte> raw)
    {
        // From the middle: the start of a file is often a header unlike the rest.
        var probe = raw.Length <= ProbeBytes ? raw : raw.Slice((raw.Length - ProbeBytes) / 2, ProbeBytes);
        // No need to pack the probe as well: what has fewer bits than this shrinks by the letters' frequencies alone.
        return Entropy.BitsPerByte(probe) <= EntropyMax;
    }
}
