using System.Runtime.Intrinsics;
using Weighhouse.Blobs.Hashing;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Blobs.Hashing;

public sealed class LaneProofTests
{
    [Fact]
    public void The_lanes_of_this_processor_prove_themselves()
    {
        if (Blake3Path.Avx2.IsSupported()) LaneProof<Avx2Lanes, Vector256<uint>>.Demand();
        if (Blake3Path.Avx512.IsSupported()) LaneProof<Avx512Lanes, Vector512<uint>>.Demand();
        LaneProof<Vector128Lanes, Vector128<uint>>.Demand();
    }

    [Fact]
    public void Lanes_that_compute_something_else_are_found_every_time_they_are_asked_for()
    {
        for (var i = 0; i < 2; i++)
        {
            var refusal = Assert.Throws<InvariantException>(LaneProof<BrokenLanes, Vector128<uint>>.Demand);
            Assert.Contains(nameof(BrokenLanes), refusal.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>As a processor that adds wrongly in one lane of four.</summary>
    private readonly struct BrokenLanes : ILanes<Vector128<uint>>
    {
        public static int Count => Vector128Lanes.Count;

        public static Vector128<uint> Fill(uint value) => Vector128Lanes.Fill(value);

        public static Vector128<uint> Add(Vector128<uint> left, Vector128<uint> right) =>
            Vector128Lanes.Add(left, right).WithElement(3, left[3] | right[3]);

        public static Vector128<uint> Xor(Vector128<uint> left, Vector128<uint> right) => Vector128Lanes.Xor(left, right);

        public static Vector128<uint> RotateRight16(Vector128<uint> value) => Vector128Lanes.RotateRight16(value);

        public static Vector128<uint> RotateRight12(Vector128<uint> value) => Vector128Lanes.RotateRight12(value);

        public static Vector128<uint> RotateRight8(Vector128<uint> value) => Vector128Lanes.RotateRight8(value);

        public static Vector128<uint> RotateRight7(Vector128<uint> value) => Vector128Lanes.RotateRight7(value);

        public static unsafe void LoadBlocks(byte* input, nint strideBytes, Vector128<uint>* words) =>
            Vector128Lanes.LoadBlocks(input, strideBytes, words);
    }
}
