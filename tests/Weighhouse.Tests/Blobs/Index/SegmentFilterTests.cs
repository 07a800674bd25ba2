using Weighhouse.Blobs.Index;

namespace Weighhouse.Tests.Blobs.Index;

public sealed class SegmentFilterTests(ITestOutputHelper output)
{
    private const int Entries = 50_000;

    [Fact]
    public void What_was_added_is_never_denied_and_little_else_is_not()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var filter = new SegmentFilter(Entries);
        var ids = Enumerable.Range(0, Entries).Select(_ => RandomContent.Bytes(random, 32)).ToList();
        foreach (var id in ids) filter.Add(id);

        Assert.All(ids, id => Assert.True(filter.MayHold(id)));
        var mistaken = Enumerable.Range(0, Entries).Count(_ => filter.MayHold(RandomContent.Bytes(random, 32)));
        output.WriteLine($"{100.0 * mistaken / Entries:F2} % mistaken");
        Assert.InRange(mistaken, 0, Entries / 20);
    }
}
