using System.Buffers.Binary;
using System.Numerics;
using Weighhouse.Blobs.Hashing;
using Weighhouse.Blobs.Packs;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Care;

/// <summary>A pack as the collection found it when it passed sentence.</summary>
/// <param name="SoundEnd">What was examined; later sections are of sessions that had begun before.</param>
/// <param name="Live">For a condemned pack, whether each object lived, in the order of their positions; null for a pack that stays.</param>
internal sealed record JudgedPack(PackId Id, long SoundEnd, byte[]? Live)
{
    public bool IsCondemned => Live is not null;

    public int LivedCount => Live?.Sum(static bits => BitOperations.PopCount(bits)) ?? 0;

    public bool Lived(int index) => Live is not null && index / 8 < Live.Length && (Live[index / 8] >> (index % 8) & 1) != 0;
}

/// <summary>What the collection remembers between its steps: the file <c>collection</c> (docs/formats/collection.md).</summary>
/// <param name="Epoch">How many collections have begun.</param>
/// <param name="QuietAt">When it was first seen that no session from before the sentence writes; null until then.</param>
/// <param name="Packs">The condemned packs and all meta packs.</param>
internal sealed record CollectionState(int Epoch, DateTimeOffset? QuietAt, IReadOnlyList<JudgedPack> Packs)
{
    private const int FixedBytes = 24, PackBytes = PackId.Size + sizeof(long) + sizeof(int);

    public static readonly CollectionState None = new(0, null, []);

    private static ReadOnlySpan<byte> Magic => "WHCOLL1\n"u8;

    public bool IsPending => Packs.Any(pack => pack.IsCondemned);

    public byte[] Write()
    {
        var bytes = new byte[FixedBytes + Packs.Sum(pack => PackBytes + (pack.Live?.Length ?? 0)) + Digest.Size];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Epoch);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), Packs.Count);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), QuietAt?.ToUnixTimeMilliseconds() ?? 0);
        var at = FixedBytes;
        foreach (var pack in Packs)
        {
            pack.Id.CopyTo(bytes.AsSpan(at));
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at + PackId.Size), pack.SoundEnd);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at + PackId.Size + sizeof(long)), pack.Live?.Length ?? -1);
            at += PackBytes;
            pack.Live?.CopyTo(bytes, at);
            at += pack.Live?.Length ?? 0;
        }

        Blake3.HashOf(bytes.AsSpan(0, at)).CopyTo(bytes.AsSpan(at));
        return bytes;
    }

    /// <summary>Null when the bytes are damaged or of another version.</summary>
    public static CollectionState? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < FixedBytes + Digest.Size || !bytes.StartsWith(Magic)) return null;
        if (Blake3.HashOf(bytes[..^Digest.Size]) != new Digest(bytes[^Digest.Size..])) return null;
        var quiet = BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]);
        var packs = new List<JudgedPack>();
        var at = FixedBytes;
        for (var i = BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]); i > 0; i--)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[(at + PackId.Size + sizeof(long))..]);
            var end = BinaryPrimitives.ReadInt64LittleEndian(bytes[(at + PackId.Size)..]);
            var id = PackId.Read(bytes[at..]);
            at += PackBytes;
            packs.Add(new JudgedPack(id, end, length < 0 ? null : bytes.Slice(at, length).ToArray()));
            at += Math.Max(0, length);
        }

        return new CollectionState(
            BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]), quiet == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(quiet), packs);
    }
}
