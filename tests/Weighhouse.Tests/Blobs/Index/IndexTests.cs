using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Tests.Blobs.Care;
using Weighhouse.Tests.Blobs.Store;

namespace Weighhouse.Tests.Blobs.Index;

public sealed class IndexTests(ITestOutputHelper output) : IDisposable
{
    private readonly StoreHouse _house = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string[] Segments => Directory.GetFiles(Path.Combine(_house.Folder, "index"));

    public void Dispose() => _house.Dispose();

    [Fact]
    public async Task Everything_is_found_in_memory_in_segments_and_in_merged_segments()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var known = new Dictionary<Digest, byte[]>();
        for (var round = 0; round < 9; round++)
        {
            await AddManyAsync(known, random, 300);
            if (random.Next(3) > 0) _house.Store.Parts.Index.Compact(0);
            if (random.Next(3) == 0) _house.Reopen();
            Assert.InRange(Segments.Length, 0, 4);
            foreach (var (id, content) in known) Assert.Equal(content, _house.Store.Read(ObjectKind.Tree, id).Value);
            Assert.False(_house.Store.Contains(new Digest(RandomContent.Bytes(random, 32))));
        }
    }

    [Fact]
    public async Task A_damaged_segment_is_dropped_and_what_it_held_is_read_from_the_packs()
    {
        var known = new Dictionary<Digest, byte[]>();
        for (var round = 0; round < 3; round++)
        {
            await AddManyAsync(known, new Random(round), 100);
            _house.Store.Parts.Index.Compact(0);
        }

        _house.Reopen();
        var oldest = Segments.Order().First();
        var bytes = await File.ReadAllBytesAsync(oldest, Cancellation);
        bytes[70] ^= 1;
        await File.WriteAllBytesAsync(oldest, bytes, Cancellation);

        Assert.All(known.Keys, id => Assert.True(_house.Store.Contains(id)));
        // Those that followed it do not join up without it.
        Assert.Empty(Segments);
    }

    [Fact]
    public async Task A_lost_segment_is_noticed()
    {
        var known = new Dictionary<Digest, byte[]>();
        for (var round = 0; round < 3; round++)
        {
            await AddManyAsync(known, new Random(round), 100);
            _house.Store.Parts.Index.Compact(0);
        }

        _house.Reopen();
        File.Delete(Segments.Order().ElementAt(1));

        Assert.All(known.Keys, id => Assert.True(_house.Store.Contains(id)));
        Assert.Single(Segments);
    }

    [Fact]
    public async Task What_a_collection_deletes_is_no_longer_found_in_a_segment()
    {
        var known = new Dictionary<Digest, byte[]>();
        await AddManyAsync(known, new Random(1), 200);
        _house.Store.Parts.Index.Compact(0);
        var roots = new Roots([.. known.Keys.Take(50)]);
        for (var step = 0; step < 2; step++)
            Assert.Null((await _house.Store.Care.CollectAsync([roots], new CollectionRequest(TimeSpan.Zero), Cancellation)).Error);

        for (var round = 0; round < 3; round++)
        {
            Assert.All(known, pair => Assert.Equal(roots.Ids.Contains(pair.Key), _house.Store.Contains(pair.Key)));
            if (round == 0) _house.Store.Parts.Index.Compact(0);
            else _house.Reopen();
        }
    }

    private async Task AddManyAsync(Dictionary<Digest, byte[]> known, Random random, int count)
    {
        using var session = _house.Store.BeginWrite();
        for (var i = 0; i < count; i++)
        {
            var content = RandomContent.Bytes(random, random.Next(1, 60));
            known[session.AddObject(ObjectKind.Tree, content)] = content;
        }

        Assert.Null((await session.CommitAsync(Cancellation)).Error);
    }
}
