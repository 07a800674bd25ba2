using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Weighhouse.Blobs.Hashing;

/// <summary>Four inputs at a time: SSE on x64, AdvSimd on ARM64.</summary>
internal readonly unsafe struct Vector128Lanes : ILanes<Vector128<uint>>
{
    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Fill(uint value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Add(Vector128<uint> left, Vector128<uint> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Xor(Vector128<uint> left, Vector128<uint> right) => left ^ right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> RotateRight16(Vector128<uint> value) =>
        Avx512F.VL.IsSupported
            ? Avx512F.VL.RotateRight(value, 16)
            : Vector128.Shuffle(value.AsUInt16(), Vector128.Create((ushort)1, 0, 3, 2, 5, 4, 7, 6)).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> RotateRight12(Vector128<uint> value) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(value, 12) : (value >>> 12) | (value << 20);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> RotateRight8(Vector128<uint> value) =>
        Avx512F.VL.IsSupported
            ? Avx512F.VL.RotateRight(value, 8)
            : Vector128.Shuffle(
                value.AsByte(), Vector128.Create((byte)1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12)).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> RotateRight7(Vector128<uint> value) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(value, 7) : (value >>> 7) | (value << 25);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadBlocks(byte* input, nint strideBytes, Vector128<uint>* words)
    {
        for (var quarter = 0; quarter < 4; quarter++)
        {
            var row0 = Vector128.Load((uint*)input + quarter * 4);
            var row1 = Vector128.Load((uint*)(input + strideBytes) + quarter * 4);
            var row2 = Vector128.Load((uint*)(input + strideBytes * 2) + quarter * 4);
            var row3 = Vector128.Load((uint*)(input + strideBytes * 3) + quarter * 4);
            var (low02, high02) = Zip(row0, row2);
            var (low13, high13) = Zip(row1, row3);
            (words[quarter * 4], words[quarter * 4 + 1]) = Zip(low02, low13);
            (words[quarter * 4 + 2], words[quarter * 4 + 3]) = Zip(high02, high13);
        }
    }

    /// <summary>Interleaves two vectors word by word: the first half of the result, then the second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<uint> Low, Vector128<uint> High) Zip(Vector128<uint> left, Vector128<uint> right)
    {
        if (Sse2.IsSupported) return (Sse2.UnpackLow(left, right), Sse2.UnpackHigh(left, right));
        if (AdvSimd.Arm64.IsSupported) return (AdvSimd.Arm64.ZipLow(left, right), AdvSimd.Arm64.ZipHigh(left, right));
        return (Vector128.Create(left[0], right[0], left[1], right[1]), Vector128.Create(left[2], right[2], left[3], right[3]));
    }
}
