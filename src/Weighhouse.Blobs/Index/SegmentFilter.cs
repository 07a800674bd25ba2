using System.Buffers.Binary;

namespace Weighhouse.Blobs.Index;

/// <summary>
/// Says of most ids that a segment does not hold that it does not, without touching it: a Bloom filter of 10 bits an entry whose five bits
/// lie in one word. Wrong for 3 in 100, and never the other way. Made as a segment is written; one that was found on disk has none, for to
/// make it would be to read the segment.
/// </summary>
internal sealed class SegmentFilter(long entriesMax)
{
    private const int BitsAnEntry = 10, WordBits = 64, BitsSet = 5;

    private readonly ulong[] _words = new ulong[(entriesMax * BitsAnEntry / WordBits) + 1];

    public void Add(ReadOnlySpan<byte> id) => WordOf(id) |= BitsOf(id);

    public bool MayHold(ReadOnlySpan<byte> id)
    {
        var bits = BitsOf(id);
        return (WordOf(id) & bits) == bits;
    }

    /// <summary>Ids are spread evenly as they are; their first bits already tell the bucket.</summary>
    private ref ulong WordOf(ReadOnlySpan<byte> id) =>
        ref _words[Math.BigMul(BinaryPrimitives.ReadUInt64LittleEndian(id[8..]), (ulong)_words.Length, out _)];

    private static ulong BitsOf(ReadOnlySpan<byte> id)
    {
        var source = BinaryPrimitives.ReadUInt64LittleEndian(id[16..]);
        ulong bits = 0;
        for (var i = 0; i < BitsSet; i++, source >>= 6) bits |= 1UL << (int)(source & 63);
        return bits;
    }
}
