using System.Buffers;
using Weighhouse.Blobs.Index;
using Weighhouse.Blobs.Planes;
using Weighhouse.Blobs.Store;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Repack;

/// <summary>A chunk in a smaller form that was unpacked again and compared. The caller returns it.</summary>
/// <param name="Rented">Begins with the stored bytes.</param>
internal readonly record struct RepackedChunk(ObjectInfo Info, Digest? Base, byte[] Rented)
{
    public ReadOnlySpan<byte> Stored => Rented.AsSpan(0, Info.StoredBytes);

    public void Return() => ArrayPool<byte>.Shared.Return(Rented);
}

/// <summary>Looks for a form of one chunk that is worth it. Thread-safe.</summary>
internal sealed class ChunkRepacker(ObjectReader objects)
{
    /// <summary>What is not at least 10 % smaller costs more in reading than it saves.</summary>
    private const double WorthwhileShare = 0.9;

    /// <summary>
    /// Halves that came in as Brotli read back twice as fast by planes, so that 5 % less is enough there.
    /// </summary>
    private const double PlanesShare = 0.95;

    /// <summary>The part of a chunk that tells whether a base is one.</summary>
    private const int ProbeBytes = 64 << 10;

    /// <summary>What the headers of planes and the id of a base take beside bytes that do not pack.</summary>
    private const int ProbeRoomBytes = 256;

    /// <summary>Null when no form pays, or the chunk or its base cannot be read: the check tells why.</summary>
    /// <param name="leansOn">What it may be stored against, if anything.</param>
    public RepackedChunk? TryPack(TensorChunk chunk, ObjectPlace place, Digest? leansOn)
    {
        var length = chunk.Chunk.LengthBytes;
        var (raw, other) = (ArrayPool<byte>.Shared.Rent(length), ArrayPool<byte>.Shared.Rent(length));
        try
        {
            var content = raw.AsSpan(0, length);
            if (place.Info.RawBytes != length || objects.Read(chunk.Chunk.Id, place, content) is not null) return null;
            if (leansOn is { } baseId && TryRead(baseId, other.AsSpan(0, length)))
            {
                var baseContent = other.AsSpan(0, length);
                var width = Probe(content, baseId, baseContent, chunk.Width);
                if (width > 0 && Against(content, baseId, baseContent, place.Info, width) is { } against) return against;
            }

            return CanStandAlone(chunk, place) ? Alone(content, place.Info, chunk.Width.Bytes) : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(raw);
            ArrayPool<byte>.Shared.Return(other);
        }
    }

    public static bool CanStandAlone(TensorChunk chunk, ObjectPlace place) =>
        chunk.Width.IsHalf && place.Info.Codec is ObjectCodec.Raw or ObjectCodec.Brotli;

    private bool TryRead(Digest id, Span<byte> raw) =>
        objects.TryFind(id, out var place) && !place.Pack.IsCondemned && place.Info.Kind == ObjectKind.Chunk
        && place.Info.RawBytes == raw.Length
        && objects.Read(id, place, raw) is null;

    private static RepackedChunk? Against(
        ReadOnlySpan<byte> content, Digest baseId, ReadOnlySpan<byte> baseContent, ObjectInfo before, int width)
    {
        var rented = ArrayPool<byte>.Shared.Rent(content.Length);
        var room = Math.Min(rented.Length, (int)(before.StoredBytes * WorthwhileShare));
        var length = XorPlanes.Pack(content, baseId, baseContent, width, rented.AsSpan(0, room));
        var check = ArrayPool<byte>.Shared.Rent(content.Length);
        var isSame = length > 0 && XorPlanes.TryUnpack(rented.AsSpan(0, length), baseContent, check.AsSpan(0, content.Length))
            && content.SequenceEqual(check.AsSpan(0, content.Length));
        ArrayPool<byte>.Shared.Return(check);
        return Finish(before with { Codec = ObjectCodec.XorPlanes, StoredBytes = length }, baseId, rented, length, isSame);
    }

    private static RepackedChunk? Alone(ReadOnlySpan<byte> content, ObjectInfo before, int width)
    {
        var rented = ArrayPool<byte>.Shared.Rent(content.Length);
        var room = (int)Math.Min(content.Length * WorthwhileShare, before.StoredBytes * PlanesShare);
        var length = PlaneCodec.Pack(content, width, rented.AsSpan(0, Math.Min(rented.Length, room)));
        var check = ArrayPool<byte>.Shared.Rent(content.Length);
        var isSame = length > 0 && PlaneCodec.TryUnpack(rented.AsSpan(0, length), check.AsSpan(0, content.Length))
            && content.SequenceEqual(check.AsSpan(0, content.Length));
        ArrayPool<byte>.Shared.Return(check);
        return Finish(before with { Codec = ObjectCodec.Planes, StoredBytes = length }, null, rented, length, isSame);
    }

    /// <summary>
    /// The raw form may go once this one is there: what does not unpack to the same bytes is a bug and must not get there.
    /// </summary>
    private static RepackedChunk? Finish(ObjectInfo info, Digest? leansOn, byte[] rented, int length, bool isSame)
    {
        Invariant.That(isSame || length == 0);
        if (length > 0) return new RepackedChunk(info, leansOn, rented);
        ArrayPool<byte>.Shared.Return(rented);
        return null;
    }

    /// <summary>
    /// The width by which the difference packs best; 0 when it is not at least 10 % smaller than the numbers by themselves, for then it is
    /// no version of theirs, however much the packing saves: signs and exponents of unrelated weights resemble each other too.
    /// </summary>
    private static int Probe(ReadOnlySpan<byte> content, Digest baseId, ReadOnlySpan<byte> baseContent, NumberWidth known)
    {
        // Pages of numbers of any width end there.
        var length = Math.Min(content.Length, ProbeBytes);
        var from = (content.Length - length) / 2 / 8 * 8;
        var scratch = ArrayPool<byte>.Shared.Rent(length + ProbeRoomBytes);
        var (alone, against, best) = (int.MaxValue, int.MaxValue, 0);
        foreach (var width in known.Bytes == 0 ? (ReadOnlySpan<int>)[1, 2, 4] : [known.Bytes])
        {
            alone = Math.Min(alone, PlaneCodec.Pack(content.Slice(from, length), width, scratch));
            var packed = XorPlanes.Pack(content.Slice(from, length), baseId, baseContent.Slice(from, length), width, scratch);
            if (packed >= against) continue;
            (against, best) = (packed, width);
        }

        ArrayPool<byte>.Shared.Return(scratch);
        return against < alone * WorthwhileShare ? best : 0;
    }
}
