using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static Weighhouse.Blobs.Hashing.Blake3Words;

namespace Weighhouse.Blobs.Hashing;

/// <summary>The widest set of lanes a hasher may use, narrowest first.</summary>
internal enum Blake3Path
{
    Scalar,
    Vector128,
    Avx2,
    Avx512,
}

internal static unsafe class Blake3Paths
{
    public static bool IsSupported(this Blake3Path path) => path switch
    {
        Blake3Path.Scalar => true,
        Blake3Path.Vector128 => Vector128.IsHardwareAccelerated && BitConverter.IsLittleEndian,
        Blake3Path.Avx2 => Avx2.IsSupported,
        Blake3Path.Avx512 => Avx512F.IsSupported,
        _ => false,
    };

    /// <summary>The widest path this processor has.</summary>
    public static Blake3Path Best { get; } =
        Blake3Path.Avx512.IsSupported() ? Blake3Path.Avx512
        : Blake3Path.Avx2.IsSupported() ? Blake3Path.Avx2
        : Blake3Path.Vector128.IsSupported() ? Blake3Path.Vector128
        : Blake3Path.Scalar;

    /// <summary>
    /// Hashes <paramref name="count"/> inputs of one shape, the widest lanes first. The chaining values may overwrite the start
    /// of the input: a batch is read whole before it is written, and what it writes is never longer than what it read.
    /// </summary>
    public static void HashMany(
        this Blake3Path path, byte* input, uint* key, int count, in LaneShape shape, ulong counter, uint* chainingValues)
    {
        while (count > 0)
        {
            int taken;
            if (count >= Avx512Lanes.Count && path >= Blake3Path.Avx512)
            {
                LaneProof<Avx512Lanes, Vector512<uint>>.Demand();
                LaneKernel<Avx512Lanes, Vector512<uint>>.Hash(input, key, shape, counter, chainingValues);
                taken = Avx512Lanes.Count;
            }
            else if (count >= Avx2Lanes.Count && path >= Blake3Path.Avx2)
            {
                LaneProof<Avx2Lanes, Vector256<uint>>.Demand();
                LaneKernel<Avx2Lanes, Vector256<uint>>.Hash(input, key, shape, counter, chainingValues);
                taken = Avx2Lanes.Count;
            }
            else if (count >= Vector128Lanes.Count && path >= Blake3Path.Vector128)
            {
                LaneKernel<Vector128Lanes, Vector128<uint>>.Hash(input, key, shape, counter, chainingValues);
                taken = Vector128Lanes.Count;
            }
            else if (path >= Blake3Path.Vector128)
            {
                HashOne(input, key, shape, counter, chainingValues);
                taken = 1;
            }
            else
            {
                LaneKernel<ScalarLanes, uint>.Hash(input, key, shape, counter, chainingValues);
                taken = ScalarLanes.Count;
            }

            count -= taken;
            input += taken * shape.StrideBytes;
            counter += (ulong)taken * shape.CounterStep;
            chainingValues += taken * ChainingWords;
        }
    }

    /// <summary>
    /// A single input in all four lanes at once (the stride is 0), three results thrown away: 1.9 µs for a chunk where one input in
    /// plain registers takes 3.1 µs, and small files are mostly such leftovers.
    /// </summary>
    private static void HashOne(byte* input, uint* key, in LaneShape shape, ulong counter, uint* chainingValue)
    {
        var copies = stackalloc uint[Vector128Lanes.Count * ChainingWords];
        LaneKernel<Vector128Lanes, Vector128<uint>>.Hash(
            input, key, shape with { StrideBytes = 0, CounterStep = 0 }, counter, copies);
        new ReadOnlySpan<uint>(copies, ChainingWords).CopyTo(new Span<uint>(chainingValue, ChainingWords));
    }
}
