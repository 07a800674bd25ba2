using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Weighhouse.Blobs.Hashing;

/// <summary>Eight inputs at a time on x64 with AVX2.</summary>
internal readonly unsafe struct Avx2Lanes : ILanes<Vector256<uint>>
{
    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Fill(uint value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Add(Vector256<uint> left, Vector256<uint> right) => Avx2.Add(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Xor(Vector256<uint> left, Vector256<uint> right) => Avx2.Xor(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> RotateRight16(Vector256<uint> value) =>
        Avx512F.VL.IsSupported
            ? Avx512F.VL.RotateRight(value, 16)
            : Avx2.Shuffle(
                value.AsByte(),
                Vector256.Create(Vector128.Create((byte)2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13))).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> RotateRight12(Vector256<uint> value) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(value, 12) : (value >>> 12) | (value << 20);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> RotateRight8(Vector256<uint> value) =>
        Avx512F.VL.IsSupported
            ? Avx512F.VL.RotateRight(value, 8)
            : Avx2.Shuffle(
                value.AsByte(),
                Vector256.Create(Vector128.Create((byte)1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12))).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> RotateRight7(Vector256<uint> value) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(value, 7) : (value >>> 7) | (value << 25);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadBlocks(byte* input, nint strideBytes, Vector256<uint>* words)
    {
        Transpose(input, strideBytes, words);
        Transpose(input + sizeof(Vector256<uint>), strideBytes, words + Count);
    }

    /// <summary>8 × 8 words: zip words, zip pairs, then exchange the 128-bit halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(byte* input, nint strideBytes, Vector256<uint>* words)
    {
        Quads(input, strideBytes, out var a0, out var a1, out var a2, out var a3);
        Quads(input + strideBytes * 4, strideBytes, out var b0, out var b1, out var b2, out var b3);
        words[0] = Avx2.Permute2x128(a0, b0, 0x20);
        words[1] = Avx2.Permute2x128(a1, b1, 0x20);
        words[2] = Avx2.Permute2x128(a2, b2, 0x20);
        words[3] = Avx2.Permute2x128(a3, b3, 0x20);
        words[4] = Avx2.Permute2x128(a0, b0, 0x31);
        words[5] = Avx2.Permute2x128(a1, b1, 0x31);
        words[6] = Avx2.Permute2x128(a2, b2, 0x31);
        words[7] = Avx2.Permute2x128(a3, b3, 0x31);
    }

    /// <summary>Transposes four rows within each 128-bit half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quads(
        byte* input, nint strideBytes, out Vector256<uint> q0, out Vector256<uint> q1, out Vector256<uint> q2, out Vector256<uint> q3)
    {
        var row0 = Vector256.Load((uint*)input);
        var row1 = Vector256.Load((uint*)(input + strideBytes));
        var row2 = Vector256.Load((uint*)(input + strideBytes * 2));
        var row3 = Vector256.Load((uint*)(input + strideBytes * 3));
        var low01 = Avx2.UnpackLow(row0, row1).AsUInt64();
        var high01 = Avx2.UnpackHigh(row0, row1).AsUInt64();
        var low23 = Avx2.UnpackLow(row2, row3).AsUInt64();
        var high23 = Avx2.UnpackHigh(row2, row3).AsUInt64();
        q0 = Avx2.UnpackLow(low01, low23).AsUInt32();
        q1 = Avx2.UnpackHigh(low01, low23).AsUInt32();
        q2 = Avx2.UnpackLow(high01, high23).AsUInt32();
        q3 = Avx2.UnpackHigh(high01, high23).AsUInt32();
    }
}
