using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Weighhouse.Blobs.Hashing;

/// <summary>Sixteen inputs at a time on x64 with AVX-512.</summary>
internal readonly unsafe struct Avx512Lanes : ILanes<Vector512<uint>>
{
    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Fill(uint value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Add(Vector512<uint> left, Vector512<uint> right) => Avx512F.Add(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Xor(Vector512<uint> left, Vector512<uint> right) => Avx512F.Xor(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> RotateRight16(Vector512<uint> value) => Avx512F.RotateRight(value, 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> RotateRight12(Vector512<uint> value) => Avx512F.RotateRight(value, 12);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> RotateRight8(Vector512<uint> value) => Avx512F.RotateRight(value, 8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> RotateRight7(Vector512<uint> value) => Avx512F.RotateRight(value, 7);

    /// <summary>16 × 16 words: transpose 4 × 4 within 128-bit quarters, then transpose the quarters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadBlocks(byte* input, nint strideBytes, Vector512<uint>* words)
    {
        Quads(input, strideBytes, out var a0, out var a1, out var a2, out var a3);
        Quads(input + strideBytes * 4, strideBytes, out var b0, out var b1, out var b2, out var b3);
        Quads(input + strideBytes * 8, strideBytes, out var c0, out var c1, out var c2, out var c3);
        Quads(input + strideBytes * 12, strideBytes, out var d0, out var d1, out var d2, out var d3);
        Quarters(a0, b0, c0, d0, words);
        Quarters(a1, b1, c1, d1, words + 1);
        Quarters(a2, b2, c2, d2, words + 2);
        Quarters(a3, b3, c3, d3, words + 3);
    }

    /// <summary>Transposes four rows within each 128-bit quarter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quads(
        byte* input, nint strideBytes, out Vector512<uint> q0, out Vector512<uint> q1, out Vector512<uint> q2, out Vector512<uint> q3)
    {
        var row0 = Vector512.Load((uint*)input);
        var row1 = Vector512.Load((uint*)(input + strideBytes));
        var row2 = Vector512.Load((uint*)(input + strideBytes * 2));
        var row3 = Vector512.Load((uint*)(input + strideBytes * 3));
        var low01 = Avx512F.UnpackLow(row0, row1).AsUInt64();
        var high01 = Avx512F.UnpackHigh(row0, row1).AsUInt64();
        var low23 = Avx512F.UnpackLow(row2, row3).AsUInt64();
        var high23 = Avx512F.UnpackHigh(row2, row3).AsUInt64();
        q0 = Avx512F.UnpackLow(low01, low23).AsUInt32();
        q1 = Avx512F.UnpackHigh(low01, low23).AsUInt32();
        q2 = Avx512F.UnpackLow(high01, high23).AsUInt32();
        q3 = Avx512F.UnpackHigh(high01, high23).AsUInt32();
    }

    /// <summary>Quarter k of a, b, c, d becomes word 4k of the sixteen rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarters(Vector512<uint> a, Vector512<uint> b, Vector512<uint> c, Vector512<uint> d, Vector512<uint>* words)
    {
        var lowAb = Avx512F.Shuffle4x128(a, b, 0x44);
        var highAb = Avx512F.Shuffle4x128(a, b, 0xEE);
        var lowCd = Avx512F.Shuffle4x128(c, d, 0x44);
        var highCd = Avx512F.Shuffle4x128(c, d, 0xEE);
        words[0] = Avx512F.Shuffle4x128(lowAb, lowCd, 0x88);
        words[4] = Avx512F.Shuffle4x128(lowAb, lowCd, 0xDD);
        words[8] = Avx512F.Shuffle4x128(highAb, highCd, 0x88);
        words[12] = Avx512F.Shuffle4x128(highAb, highCd, 0xDD);
    }
}
