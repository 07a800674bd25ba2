using Weighhouse.Blobs;
using Weighhouse.Blobs.Hashing;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Blobs.Store;

public sealed class RoundTripTests(ITestOutputHelper output) : IDisposable
{
    private readonly StoreHouse _house = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _house.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16 << 10)]
    [InlineData((16 << 10) + 1)]
    [InlineData(256 << 10)]
    [InlineData((256 << 10) + 1)]
    [InlineData(5_000_001)]
    public async Task What_goes_in_comes_out(int length)
    {
        var content = RandomContent.Bytes(length, length);
        var file = await _house.AddAsync(content);

        Assert.Equal(length, file.SizeBytes);
        Assert.Equal(content, await _house.ReadAsync(file.Id));
        _house.Reopen();
        Assert.Equal(content, await _house.ReadAsync(file.Id));
    }

    [Fact]
    public async Task Random_contents_come_out_as_they_went_in_by_every_door()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var path = _house.File("out");
        for (var round = 0; round < 40; round++)
        {
            var content = Content(random);
            var file = await _house.AddAsync(content);
            await File.WriteAllBytesAsync(path, content, Cancellation);
            using (var writer = _house.Store.BeginWrite()) Assert.Equal(file, writer.AddFile(path, Cancellation).Value);

            using (var target = File.OpenHandle(path, FileMode.Create, FileAccess.Write))
                Assert.Null(_house.Store.WriteTo(file.Id, target, Cancellation).Error);
            Assert.Equal(content, await File.ReadAllBytesAsync(path, Cancellation));

            var from = random.Next(content.Length + 1);
            var length = random.Next(content.Length - from + 1);
            var (result, part) = await StoreHouse.CopyAsync(_house.Store, file.Id, from, length);
            Assert.Null(result.Error);
            Assert.Equal(content[from..(from + length)], part);
        }
    }

    [Fact]
    public async Task A_small_file_is_named_by_its_plain_digest()
    {
        var content = RandomContent.Bytes(1, 16 << 10);
        Assert.Equal(Blake3.HashOf(content), (await _house.AddAsync(content)).Id);
    }

    [Fact]
    public async Task The_same_content_is_stored_once()
    {
        var content = RandomContent.Bytes(2, 3_000_000);
        var first = await _house.AddAsync(content);
        var stored = _house.Packs.Sum(pack => new FileInfo(pack).Length);

        Assert.Equal(first, await _house.AddAsync(content));
        Assert.Equal(stored, _house.Packs.Sum(pack => new FileInfo(pack).Length));
        Assert.InRange(stored, 3_000_000, 3_020_000);
    }

    [Fact]
    public async Task A_thousand_commits_share_their_packs()
    {
        for (var i = 0; i < 1_000; i++)
        {
            using var writer = _house.Store.BeginWrite();
            writer.AddObject(ObjectKind.Tree, RandomContent.Bytes(i, 100));
            if (i % 100 == 0) _house.Reopen();
            else Assert.Null((await writer.CommitAsync(Cancellation)).Error);
        }

        Assert.Single(_house.Packs);
    }

    [Fact]
    public async Task Objects_of_each_kind_are_found_under_their_kind_only()
    {
        byte[] bytes = [1, 2, 3];
        using var writer = _house.Store.BeginWrite();
        var tree = writer.AddObject(ObjectKind.Tree, bytes);
        var commit = writer.AddObject(ObjectKind.Commit, bytes);
        Assert.False(_house.Store.Contains(tree));
        Assert.True(writer.Has(tree));
        Assert.Null((await writer.CommitAsync(Cancellation)).Error);

        Assert.NotEqual(tree, commit);
        Assert.Equal(bytes, _house.Store.Read(ObjectKind.Tree, tree).Value);
        Assert.Equal(bytes, _house.Store.Read(ObjectKind.Commit, commit).Value);
        Assert.Equal(ErrorCode.NotFound, _house.Store.Read(ObjectKind.Commit, tree).Error?.Code);
        Assert.Equal(ErrorCode.NotFound, _house.Store.Recipe(tree).Error?.Code);
        var present = new bool[2];
        _house.Store.Contains([tree, Blake3.HashOf(bytes)], present);
        Assert.Equal([true, false], present);
    }

    [Fact]
    public async Task Another_process_sees_what_was_committed_since_it_opened()
    {
        using var other = _house.OpenAnother();
        var content = RandomContent.Bytes(3, 300_000);
        var file = await _house.AddAsync(content);

        Assert.Equal(content, await StoreHouse.ReadAsync(other, file.Id));
    }

    [Fact]
    public async Task Objects_travel_as_they_are_stored()
    {
        using var other = new StoreHouse();
        var content = System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i},")));
        var file = await _house.AddAsync(content);
        using (var writer = other.Store.BeginWrite())
        {
            foreach (var id in _house.Store.Recipe(file.Id).Value.Chunks.Select(chunk => chunk.Id).Append(file.Id))
            {
                var (info, stored) = _house.Store.ReadRaw(id).Value;
                Assert.Equal(info.Kind == ObjectKind.Chunk ? ObjectCodec.Brotli : ObjectCodec.Raw, info.Codec);
                Assert.Null(writer.AddRaw(id, info, stored.Span).Error);
            }

            Assert.Null((await writer.CommitAsync(Cancellation)).Error);
        }

        Assert.Equal(content, await other.ReadAsync(file.Id));
    }

    private static byte[] Content(Random random)
    {
        int[] longest = [100, 70_000, 600_000, 4_000_000];
        var length = random.Next(longest[random.Next(longest.Length)]);
        var content = RandomContent.Bytes(random, length);
        // Some of it repeats and some of it is text, so that every codec and every kind of region takes part.
        if (random.Next(3) == 0) content.AsSpan(length / 2).Fill((byte)'a');
        if (random.Next(3) == 0) for (var i = 0; i < length; i++) content[i] = (byte)('a' + content[i] % 20);
        return content;
    }
}
