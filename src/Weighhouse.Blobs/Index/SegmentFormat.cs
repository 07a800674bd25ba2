using System.Buffers.Binary;
using Weighhouse.Blobs.Packs;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Index;

/// <summary>The part of a pack whose objects a segment holds.</summary>
internal readonly record struct CoveredPack(PackId Id, PackKind Kind, int Epoch, long From, long To)
{
    public const int Size = 40;

    public void CopyTo(Span<byte> target)
    {
        Id.CopyTo(target);
        BinaryPrimitives.WriteInt32LittleEndian(target[16..], (int)Kind);
        BinaryPrimitives.WriteInt32LittleEndian(target[20..], Epoch);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], From);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], To);
    }

    public static CoveredPack Read(ReadOnlySpan<byte> bytes) => new(
        PackId.Read(bytes),
        (PackKind)BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[20..]),
        BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
        BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]));
}

/// <summary>Sizes and positions in a segment of the index, as docs/formats/index.md says.</summary>
internal static class SegmentFormat
{
    public const int HeaderBytes = 24, FanoutCount = 1 << 16, FanoutBytes = (FanoutCount + 1) * sizeof(int), EntryBytes = 52;

    public const string Suffix = ".idx";

    public static ReadOnlySpan<byte> Magic => "WHINDX1\n"u8;

    /// <summary>Where the entries begin: behind header, packs, fan-out and the check of those.</summary>
    public static long EntriesStart(int packs) => HeaderBytes + (long)packs * CoveredPack.Size + FanoutBytes + Digest.Size;

    /// <summary>Ids are spread evenly, so the first 16 bits divide them into equal parts.</summary>
    public static int BucketOf(ReadOnlySpan<byte> id) => BinaryPrimitives.ReadUInt16BigEndian(id);

    public static void WriteEntry(Span<byte> target, Digest id, ObjectInfo info, long offset, int pack)
    {
        id.CopyTo(target);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], offset);
        BinaryPrimitives.WriteInt32LittleEndian(target[40..], info.StoredBytes);
        BinaryPrimitives.WriteInt32LittleEndian(target[44..], info.RawBytes);
        BinaryPrimitives.WriteInt32LittleEndian(target[48..], pack << 8 | (int)info.Kind << 4 | (int)info.Codec);
    }

    public static (ObjectInfo Info, long Offset, int Pack) ReadEntry(ReadOnlySpan<byte> entry)
    {
        var last = BinaryPrimitives.ReadInt32LittleEndian(entry[48..]);
        var info = new ObjectInfo(
            (ObjectKind)(last >> 4 & 15),
            (ObjectCodec)(last & 15),
            RawBytes: BinaryPrimitives.ReadInt32LittleEndian(entry[44..]),
            StoredBytes: BinaryPrimitives.ReadInt32LittleEndian(entry[40..]));
        return (info, BinaryPrimitives.ReadInt64LittleEndian(entry[32..]), (int)((uint)last >> 8));
    }
}
