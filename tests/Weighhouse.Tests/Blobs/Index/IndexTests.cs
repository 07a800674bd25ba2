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

    [Fact]
    public async Task A_segment_much_larger_than_those_that_came_later_is_not_written_again()
    {
        var known = new Dictionary<Digest, byte[]>();
        for (var round = 0; round < 6; round++)
        {
            await AddManyAsync(known, new Random(round), round == 0 ? 5_000 : 100);
            _house.Store.Parts.Index.Compact(0);
        }

        Assert.Equal("000000000001.idx", Path.GetFileName(Segments.MaxBy(static path => new FileInfo(path).Length)));
        Assert.InRange(Segments.Length, 2, 3);
        _house.Reopen();
        Assert.All(known.Keys, id => Assert.True(_house.Store.Contains(id)));
    }

    [Fact]
    public async Task Segments_in_use_are_merged_when_they_are_let_go()
    {
        var known = new Dictionary<Digest, byte[]>();
        await AddManyAsync(known, new Random(0), 100);
        _house.Store.Parts.Index.Compact(0);
        using (_house.Store.Parts.Index.View())
        {
            for (var round = 1; round < 8; round++)
            {
                await AddManyAsync(known, new Random(round), 100);
                _house.Store.Parts.Index.Compact(0);
            }

            // The one in use, and those that came while it was.
            Assert.Contains(Segments, static path => path.EndsWith("000000000001.idx", StringComparison.Ordinal));
            Assert.InRange(Segments.Length, 2, 4);
            Assert.All(known.Keys, id => Assert.True(_house.Store.Contains(id)));
        }

        for (var round = 8; round < 16; round++)
        {
            await AddManyAsync(known, new Random(round), 100);
            _house.Store.Parts.Index.Compact(0);
        }

        Assert.DoesNotContain(Segments, static path => path.EndsWith("000000000001.idx", StringComparison.Ordinal));
        _house.Reopen();
        Assert.All(known.Keys, id => Assert.True(_house.Store.Contains(id)));
    }

    [Fact]
    public async Task An_object_whose_one_pack_another_process_took_away_is_not_forgotten_with_it()
    {
        using var other = _house.OpenAnother();
        var twin = await AddTreesAsync(_house.Store, 1, 2, 3, 4);
        await AddTreesAsync(other, 1);
        var mark = await AddTreesAsync(other, 9);
        // This process now knows the twin in its own pack, and the rest of the other's.
        Assert.True(_house.Store.Contains(mark[0]));
        for (var step = 0; step < 2; step++)
            Assert.Null((await other.Care.CollectAsync(
                [new Roots(twin[0], mark[0])], new CollectionRequest(TimeSpan.Zero), Cancellation)).Error);
        _house.Store.BeginWrite().Dispose();
        Assert.Contains(_house.Store.Parts.Packs.Gone, static pack => !pack.IsSettled);

        _house.Store.Parts.Index.Compact(0);

        Assert.Empty(Segments);
        using var later = _house.OpenAnother();
        Assert.True(later.Contains(twin[0]));
        Assert.True(_house.Store.Contains(twin[0]));
        _house.Store.Parts.Index.Compact(0);
        Assert.Single(Segments);
    }

    private static async Task<List<Digest>> AddTreesAsync(IObjectStore store, params byte[] trees)
    {
        using var session = store.BeginWrite();
        var added = trees.Select(tree => session.AddObject(ObjectKind.Tree, [tree])).ToList();
        Assert.Null((await session.CommitAsync(Cancellation)).Error);
        return added;
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
