using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Planes;

/// <summary>
/// Bytes of which most are zero, as a bit for each that says whether it is not, and those that are not. What a packer then has to go
/// through is an eighth of the bytes and the few values: it reads back several times as fast, and smaller.
/// </summary>
internal static class SparseBytes
{
    private const int GroupBytes = 8;

    /// <summary>
    /// For each byte of a mask, from where among the next values each of its eight bytes comes; 255 for none. 2 KiB.
    /// </summary>
    private static readonly ulong[] Spreads = MakeSpreads();

    public static int MaskLength(int length) => (length + 7) / 8;

    /// <summary>How many bytes are zero.</summary>
    public static int CountZeros(ReadOnlySpan<byte> bytes)
    {
        var zeros = 0;
        var at = 0;
        for (; at <= bytes.Length - Vector256<byte>.Count; at += Vector256<byte>.Count)
            zeros += BitOperations.PopCount(Vector256.Equals(Vector256.Create(bytes[at..]), default).ExtractMostSignificantBits());
        for (; at < bytes.Length; at++) zeros += bytes[at] == 0 ? 1 : 0;
        return zeros;
    }

    /// <summary>Parts the bytes into mask and values and returns how many values there are.</summary>
    /// <param name="values">At least as long as there are bytes that are not zero.</param>
    public static int Part(ReadOnlySpan<byte> bytes, Span<byte> mask, Span<byte> values)
    {
        Invariant.That(mask.Length == MaskLength(bytes.Length));
        mask.Clear();
        var count = 0;
        var at = 0;
        for (; at <= bytes.Length - Vector256<byte>.Count; at += Vector256<byte>.Count)
        {
            var bits = ~Vector256.Equals(Vector256.Create(bytes[at..]), default).ExtractMostSignificantBits();
            BinaryPrimitives.WriteUInt32LittleEndian(mask[(at / 8)..], bits);
            for (; bits != 0; bits &= bits - 1) values[count++] = bytes[at + BitOperations.TrailingZeroCount(bits)];
        }

        for (; at < bytes.Length; at++)
        {
            if (bytes[at] == 0) continue;
            mask[at / 8] |= (byte)(1 << (at % 8));
            values[count++] = bytes[at];
        }

        return count;
    }

    /// <summary>How many values belong to a mask; −1 when it has bits behind the last byte.</summary>
    public static int CountValues(ReadOnlySpan<byte> mask, int length)
    {
        Invariant.That(mask.Length == MaskLength(length));
        if (length % 8 != 0 && mask[^1] >> (length % 8) != 0) return -1;
        var count = 0;
        var words = MemoryMarshal.Cast<byte, ulong>(mask);
        foreach (var word in words) count += BitOperations.PopCount(word);
        foreach (var rest in mask[(words.Length * sizeof(ulong))..]) count += BitOperations.PopCount(rest);
        return count;
    }

    /// <summary>Puts mask and values together again.</summary>
    /// <param name="values">As many as <see cref="CountValues"/> says, and at least eight more bytes of any kind.</param>
    public static void Unite(ReadOnlySpan<byte> mask, ReadOnlySpan<byte> values, Span<byte> bytes)
    {
        Invariant.That(mask.Length == MaskLength(bytes.Length));
        Invariant.That(values.Length >= CountValues(mask, bytes.Length) + GroupBytes);
        var next = 0;
        var group = 0;
        for (; group < bytes.Length / GroupBytes; group++)
        {
            var bits = mask[group];
            var source = Vector128.CreateScalar(BinaryPrimitives.ReadUInt64LittleEndian(values[next..])).AsByte();
            var spread = Vector128.Shuffle(source, Vector128.CreateScalar(Spreads[bits]).AsByte());
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[(group * GroupBytes)..], spread.AsUInt64().ToScalar());
            next += BitOperations.PopCount(bits);
        }

        for (var at = group * GroupBytes; at < bytes.Length; at++)
            bytes[at] = (mask[at / 8] >> (at % 8) & 1) != 0 ? values[next++] : (byte)0;
    }

    private static ulong[] MakeSpreads()
    {
        var spreads = new ulong[256];
        for (var mask = 0; mask < spreads.Length; mask++)
        {
            var (spread, next) = (0UL, 0UL);
            for (var bit = 0; bit < 8; bit++) spread |= ((mask >> bit & 1) != 0 ? next++ : 255UL) << (bit * 8);
            spreads[mask] = spread;
        }

        return spreads;
    }
}
