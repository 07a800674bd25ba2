using Weighhouse.Blobs.Planes;
using Weighhouse.Blobs.Repack;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Blobs.Repack;

public sealed class LeanGraphTests(ITestOutputHelper output)
{
    [Fact]
    public void Whatever_is_wished_no_row_is_longer_than_allowed_and_none_is_a_circle()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var ids = Enumerable.Range(0, random.Next(2, 12)).Select(_ => new Digest(RandomContent.Bytes(random, Digest.Size))).ToArray();
            var graph = new LeanGraph();
            var bases = new Dictionary<Digest, Digest>();
            for (var wish = 0; wish < 60; wish++)
            {
                var (id, wanted) = (ids[random.Next(ids.Length)], ids[random.Next(ids.Length)]);
                if (graph.BaseFor(id, wanted) is not { } leansOn) continue;
                Assert.True(graph.TryAdd(id, leansOn));
                bases.Add(id, leansOn);
                foreach (var one in ids) Assert.InRange(Depth(one), 0, XorPlanes.DepthMax);
            }

            int Depth(Digest id)
            {
                var depth = 0;
                for (; depth <= ids.Length && bases.TryGetValue(id, out var next); depth++) id = next;
                return depth;
            }
        }
    }

    [Fact]
    public void The_base_of_a_base_is_taken_where_the_row_would_be_too_long()
    {
        var ids = Enumerable.Range(0, 5).Select(seed => new Digest(RandomContent.Bytes(seed, Digest.Size))).ToArray();
        var graph = new LeanGraph();
        Assert.True(graph.TryAdd(ids[1], ids[0]));
        Assert.True(graph.TryAdd(ids[2], ids[1]));

        Assert.Equal(ids[1], graph.BaseFor(ids[3], ids[2]));
        Assert.False(graph.TryAdd(ids[3], ids[2]));
        // A version that went back to what the first was leans on nothing that leans on it.
        Assert.Null(graph.BaseFor(ids[0], ids[2]));
        // What carries a row of two has nothing to lean on any more, what carries one has one step left.
        Assert.Null(graph.BaseFor(ids[0], ids[4]));
        Assert.Null(graph.BaseFor(ids[1], ids[4]));
        Assert.True(graph.TryAdd(ids[4], ids[0]));
    }
}
