using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static Weighhouse.Blobs.Hashing.Blake3Words;

namespace Weighhouse.Blobs.Hashing;

/// <summary>The compression of BLAKE3 over as many inputs at once as a vector has lanes.</summary>
internal static unsafe class LaneKernel<TLanes, TVector>
    where TLanes : ILanes<TVector>
    where TVector : unmanaged
{
    private const int WordsPerBlock = 16;

    /// <summary>Cache-line alignment: a 64-byte vector that straddles two lines costs two loads.</summary>
    private const int AlignmentBytes = 64;

    /// <summary>
    /// Hashes <c>TLanes.Count</c> inputs; input i gets counter + i × shape.CounterStep. Writes 8 chaining words for each, in order.
    /// Compiled fully at the first call, since the first file would otherwise run for megabytes in unoptimised code.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Hash(byte* input, uint* key, in LaneShape shape, ulong counter, uint* chainingValues)
    {
        var space = stackalloc byte[WordsPerBlock * sizeof(TVector) + AlignmentBytes];
        var m = (TVector*)(((nuint)space + AlignmentBytes - 1) & ~(nuint)(AlignmentBytes - 1));
        Counters(counter, shape.CounterStep, m, out var counterLow, out var counterHigh);

        TVector h0 = TLanes.Fill(key[0]), h1 = TLanes.Fill(key[1]), h2 = TLanes.Fill(key[2]), h3 = TLanes.Fill(key[3]);
        TVector h4 = TLanes.Fill(key[4]), h5 = TLanes.Fill(key[5]), h6 = TLanes.Fill(key[6]), h7 = TLanes.Fill(key[7]);
        for (var block = 0; block < shape.Blocks; block++)
        {
            var isLast = block == shape.Blocks - 1;
            var flags = shape.Flags | (block == 0 ? shape.FirstFlags : 0) | (isLast ? shape.LastFlags : 0);
            TLanes.LoadBlocks(input + block * BlockBytes, shape.StrideBytes, m);

            TVector v0 = h0, v1 = h1, v2 = h2, v3 = h3, v4 = h4, v5 = h5, v6 = h6, v7 = h7;
            TVector v8 = TLanes.Fill(Iv0), v9 = TLanes.Fill(Iv1), v10 = TLanes.Fill(Iv2), v11 = TLanes.Fill(Iv3);
            TVector v12 = counterLow, v13 = counterHigh;
            TVector v14 = TLanes.Fill(isLast ? shape.LastBlockBytes : BlockBytes), v15 = TLanes.Fill(flags);

            ref var s = ref MemoryMarshal.GetReference(Schedule);
            for (var round = 0; round < Rounds; round++)
            {
                Mix(ref v0, ref v4, ref v8, ref v12, m[s], m[Unsafe.Add(ref s, 1)]);
                Mix(ref v1, ref v5, ref v9, ref v13, m[Unsafe.Add(ref s, 2)], m[Unsafe.Add(ref s, 3)]);
                Mix(ref v2, ref v6, ref v10, ref v14, m[Unsafe.Add(ref s, 4)], m[Unsafe.Add(ref s, 5)]);
                Mix(ref v3, ref v7, ref v11, ref v15, m[Unsafe.Add(ref s, 6)], m[Unsafe.Add(ref s, 7)]);
                Mix(ref v0, ref v5, ref v10, ref v15, m[Unsafe.Add(ref s, 8)], m[Unsafe.Add(ref s, 9)]);
                Mix(ref v1, ref v6, ref v11, ref v12, m[Unsafe.Add(ref s, 10)], m[Unsafe.Add(ref s, 11)]);
                Mix(ref v2, ref v7, ref v8, ref v13, m[Unsafe.Add(ref s, 12)], m[Unsafe.Add(ref s, 13)]);
                Mix(ref v3, ref v4, ref v9, ref v14, m[Unsafe.Add(ref s, 14)], m[Unsafe.Add(ref s, 15)]);
                s = ref Unsafe.Add(ref s, WordsPerBlock);
            }

            h0 = TLanes.Xor(v0, v8);
            h1 = TLanes.Xor(v1, v9);
            h2 = TLanes.Xor(v2, v10);
            h3 = TLanes.Xor(v3, v11);
            h4 = TLanes.Xor(v4, v12);
            h5 = TLanes.Xor(v5, v13);
            h6 = TLanes.Xor(v6, v14);
            h7 = TLanes.Xor(v7, v15);
        }

        (m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7]) = (h0, h1, h2, h3, h4, h5, h6, h7);
        Scatter((uint*)m, chainingValues);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(ref TVector a, ref TVector b, ref TVector c, ref TVector d, TVector x, TVector y)
    {
        a = TLanes.Add(TLanes.Add(a, x), b);
        d = TLanes.RotateRight16(TLanes.Xor(d, a));
        c = TLanes.Add(c, d);
        b = TLanes.RotateRight12(TLanes.Xor(b, c));
        a = TLanes.Add(TLanes.Add(a, y), b);
        d = TLanes.RotateRight8(TLanes.Xor(d, a));
        c = TLanes.Add(c, d);
        b = TLanes.RotateRight7(TLanes.Xor(b, c));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Counters(ulong counter, uint step, TVector* space, out TVector low, out TVector high)
    {
        var words = (uint*)space;
        for (var lane = 0; lane < TLanes.Count; lane++)
        {
            var laneCounter = counter + (ulong)lane * step;
            words[lane] = (uint)laneCounter;
            words[TLanes.Count + lane] = (uint)(laneCounter >> 32);
        }

        (low, high) = (space[0], space[1]);
    }

    /// <summary>Columns back to rows: word by lane becomes 8 words for each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scatter(uint* columns, uint* rows)
    {
        for (var lane = 0; lane < TLanes.Count; lane++)
        {
            for (var word = 0; word < ChainingWords; word++) rows[lane * ChainingWords + word] = columns[word * TLanes.Count + lane];
        }
    }
}
