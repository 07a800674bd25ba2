using System.Runtime.Intrinsics;
using Weighhouse.Kernel;
using static Weighhouse.Blobs.Hashing.Blake3Words;

namespace Weighhouse.Blobs.Hashing;

/// <summary>
/// Holds a wide kernel against the narrow one, which the known answers have proved, before it is used for the first time. Not at the
/// start: to compile the wide ones takes 15 ms, and most commands hash a few small objects.
/// </summary>
internal static unsafe class LaneProof<TLanes, TVector>
    where TLanes : ILanes<TVector>
    where TVector : unmanaged
{
    private static volatile bool _isProved;

    public static void Demand()
    {
        if (!_isProved) Prove();
    }

    private static void Prove()
    {
        var input = Blake3SelfTest.Input(TLanes.Count * ChunkBytes);
        // A counter whose low half overflows between two lanes.
        foreach (var counter in new[] { 0UL, uint.MaxValue - 1UL })
        {
            foreach (var shape in new[] { LaneShape.Chunks, LaneShape.Parents })
            {
                if (AreEqual(input, shape, counter)) continue;
                throw new InvariantException(
                    $"BLAKE3 with {typeof(TLanes).Name} disagrees with the narrow path: nothing can be stored safely on this machine. "
                    + "Try DOTNET_EnableHWIntrinsic=0 and report the processor.");
            }
        }

        _isProved = true;
    }

    private static bool AreEqual(byte[] input, LaneShape shape, ulong counter)
    {
        var key = stackalloc uint[] { Iv0, Iv1, Iv2, Iv3, Iv4, Iv5, Iv6, Iv7 };
        var length = TLanes.Count * ChainingWords;
        var wide = stackalloc uint[length];
        var narrow = stackalloc uint[length];
        fixed (byte* start = input)
        {
            LaneKernel<TLanes, TVector>.Hash(start, key, shape, counter, wide);
            for (var lane = 0; lane < TLanes.Count; lane += Vector128Lanes.Count)
            {
                LaneKernel<Vector128Lanes, Vector128<uint>>.Hash(
                    start + (lane * shape.StrideBytes), key, shape, counter + ((ulong)lane * shape.CounterStep),
                    narrow + (lane * ChainingWords));
            }
        }

        return new ReadOnlySpan<uint>(wide, length).SequenceEqual(new ReadOnlySpan<uint>(narrow, length));
    }
}
