using Weighhouse.Blobs;
using Weighhouse.Blobs.Planes;
using Weighhouse.Blobs.Store;
using Weighhouse.Kernel;
using Weighhouse.Tests.Blobs.Care;
using Weighhouse.Tests.Blobs.Planes;

namespace Weighhouse.Tests.Blobs.Store;

public sealed class BasesTests(ITestOutputHelper output) : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromHours(24);

    private readonly StoreHouse _house = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _house.Dispose();

    [Fact]
    public async Task Random_chunks_read_back_bit_by_bit_however_they_are_stored()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var expected = new List<(Digest Id, byte[] Content, int Depth)>();
        for (var round = 0; round < 120; round++)
        {
            var leansOn = expected.Count > 0 && random.Next(3) > 0 ? expected[random.Next(expected.Count)] : default;
            var content = Similar(random, leansOn.Content, RandomContent.PieceLength(random) % 16_000);
            var chunk = await _house.AddAsync(content);
            var width = 1 << random.Next(4);
            if (leansOn.Content is null || leansOn.Depth == XorPlanes.DepthMax || leansOn.Id == chunk.Id)
            {
                if (random.Next(2) == 0) await PlanesAsync(chunk.Id, content, width);
                expected.Add((chunk.Id, content, 0));
                continue;
            }

            await AgainstAsync(chunk.Id, content, leansOn.Id, leansOn.Content, width);
            expected.Add((chunk.Id, content, leansOn.Depth + 1));
        }

        Assert.Contains(expected, static chunk => chunk.Depth == 2);
        await CheckAllAsync();
        _house.Reopen();
        await CheckAllAsync();

        async Task CheckAllAsync()
        {
            foreach (var (id, content, _) in expected) Assert.Equal(content, await _house.ReadAsync(id));
            Assert.Empty((await _house.Store.Care.CheckAsync(CheckDepth.Data, Cancellation)).Damages);
        }
    }

    [Fact]
    public async Task The_shorter_form_is_the_one_that_is_read()
    {
        var (first, second) = await PairAsync();
        Assert.InRange(_house.Store.Describe(second)!.Value.StoredBytes, 1, 60_000);
        _house.Reopen();
        Assert.Equal(ObjectCodec.XorPlanes, _house.Store.Describe(second)!.Value.Codec);
        Assert.Equal(ObjectCodec.Raw, _house.Store.Describe(first)!.Value.Codec);
    }

    [Fact]
    public async Task Another_store_gets_chunks_in_a_form_it_can_read_by_itself()
    {
        var (_, second) = await PairAsync();
        var raw = _house.Store.ReadRaw(second).Value;
        using var other = new StoreHouse();
        using var writer = other.Store.BeginWrite();

        Assert.InRange(raw.Info.Codec, ObjectCodec.Raw, ObjectCodec.Brotli);
        Assert.Null(writer.AddRaw(second, raw.Info, raw.Stored.Span).Error);
        Assert.Null((await writer.CommitAsync(Cancellation)).Error);
        Assert.Equal(await _house.ReadAsync(second), await other.ReadAsync(second));
    }

    [Theory]
    [InlineData(ObjectCodec.Planes)]
    [InlineData(ObjectCodec.XorPlanes)]
    [InlineData((ObjectCodec)4)]
    public async Task Codecs_of_the_repacking_are_refused_from_outside(ObjectCodec codec)
    {
        var content = FineTunes.ToBf16(FineTunes.Weights(new Random(1), 10_000));
        var chunk = await _house.AddAsync(content);
        var packed = new byte[content.Length + 100];
        var length = PlaneCodec.Pack(content, 2, packed);
        using var writer = _house.Store.BeginWrite();

        var refused = writer.AddRaw(chunk.Id, new ObjectInfo(ObjectKind.Chunk, codec, content.Length, length), packed.AsSpan(0, length));

        Assert.Equal(ErrorCode.InvalidArgument, refused.Error?.Code);
    }

    [Fact]
    public async Task What_leans_on_a_damaged_base_is_not_read_and_the_check_names_both()
    {
        var (first, second) = await PairAsync();
        var third = await AgainstAsync(second, seed: 3);
        _house.Damage(first, at: 99);

        foreach (var id in new[] { second, third })
        {
            var refused = (await StoreHouse.CopyAsync(_house.Store, id, 0, 100)).Result.Error!;
            Assert.Equal(ErrorCode.Corrupted, refused.Code);
            Assert.Contains(first.ToString(), refused.Message, StringComparison.Ordinal);
        }

        var damages = (await _house.Store.Care.CheckAsync(CheckDepth.Data, Cancellation)).Damages;
        Assert.Equal(first, Assert.Single(damages, static damage => damage.Kind == DamageKind.Object).Id);
        Assert.Equal(
            [(second, first), (third, second)],
            damages.Where(static damage => damage.Kind == DamageKind.BrokenBase)
                .Select(static damage => (damage.Id!.Value, damage.Missing!.Value)).OrderBy(pair => pair.Item1 == third));
    }

    [Fact]
    public async Task A_base_that_is_nowhere_is_named_without_reading_data()
    {
        var (first, second) = await PairAsync();
        using var other = new StoreHouse();
        var (stored, info) = Stored(second);
        using (var session = other.Store.BeginSession())
        {
            Assert.Null(session.Replace(second, info, stored).Error);
            Assert.Null((await session.CommitAsync(Cancellation)).Error);
        }

        var damage = Assert.Single((await other.Store.Care.CheckAsync(CheckDepth.Presence, Cancellation)).Damages);
        Assert.Equal((DamageKind.BrokenBase, second, first), (damage.Kind, damage.Id!.Value, damage.Missing!.Value));
        Assert.Equal(ErrorCode.Corrupted, (await StoreHouse.CopyAsync(other.Store, second, 0, 10)).Result.Error?.Code);
    }

    [Fact]
    public async Task Forged_circles_and_rows_that_are_too_deep_are_damage_and_end()
    {
        using var other = new StoreHouse();
        var contents = Enumerable.Range(0, 5).Select(seed => Weights(seed)).ToArray();
        var ids = contents.Select(content => ObjectIds.Of(ObjectKind.Chunk, content)).ToArray();
        using (var session = other.Store.BeginSession())
        {
            // 0 and 1 lean on each other, 2 on itself, 3 on 4 and that on 0.
            foreach (var (id, leansOn) in new[] { (0, 1), (1, 0), (2, 2), (3, 4), (4, 0) })
            {
                var packed = new byte[contents[id].Length + 200];
                var length = XorPlanes.Pack(contents[id], ids[leansOn], contents[leansOn], 2, packed);
                var info = new ObjectInfo(ObjectKind.Chunk, ObjectCodec.XorPlanes, contents[id].Length, length);
                Assert.Null(session.Replace(ids[id], info, packed.AsSpan(0, length)).Error);
            }

            Assert.Null((await session.CommitAsync(Cancellation)).Error);
        }

        foreach (var id in ids)
            Assert.Equal(ErrorCode.Corrupted, (await StoreHouse.CopyAsync(other.Store, id, 0, 10)).Result.Error?.Code);
        Assert.Equal(5, (await other.Store.Care.CheckAsync(CheckDepth.Data, Cancellation)).DamageCount);
    }

    [Fact]
    public async Task A_base_stays_as_long_as_something_leans_on_it()
    {
        var (first, second) = await PairAsync();
        var content = await _house.ReadAsync(second);
        var roots = new Roots(second);

        // Twice, so that what the first leaves the second could take.
        for (var i = 0; i < 2; i++) await CollectAllAsync(roots);
        Assert.True(_house.Store.Contains(first));
        Assert.Equal(ObjectCodec.XorPlanes, _house.Store.Describe(second)!.Value.Codec);
        Assert.InRange(_house.Packs.Sum(pack => new FileInfo(pack).Length), 1_000, 270_000);
        _house.Reopen();
        Assert.Equal(content, await _house.ReadAsync(second));
        Assert.Empty((await _house.Store.Care.CheckAsync(CheckDepth.Data, Cancellation)).Damages);

        roots.Ids.Clear();
        for (var i = 0; i < 2; i++) await CollectAllAsync(roots);
        Assert.False(_house.Store.Contains(second));
        Assert.False(_house.Store.Contains(first));
    }

    [Fact]
    public async Task Damaged_tables_and_bytes_of_stored_differences_never_read_as_something_else()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var (first, second) = await PairAsync();
        var (stored, info) = Stored(second);
        var (content, weights) = (await _house.ReadAsync(second), _house.Store.ReadRaw(first).Value);
        var refused = 0;
        for (var round = 0; round < 300; round++)
        {
            using var other = new StoreHouse();
            var hostile = stored.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--) hostile[random.Next(hostile.Length)] ^= (byte)random.Next(1, 256);
            var claimed = info with { RawBytes = random.Next(3) == 0 ? random.Next(1 << 20) : info.RawBytes };
            using (var session = other.Store.BeginSession())
            {
                Assert.Null(session.AddRaw(first, weights.Info, weights.Stored.Span).Error);
                Assert.Null(session.Replace(second, claimed, hostile).Error);
                Assert.Null((await session.CommitAsync(Cancellation)).Error);
            }

            // Nothing but the right bytes may come of it.
            var read = await StoreHouse.CopyAsync(other.Store, second, 0, claimed.RawBytes);
            if (read.Result.Error is null) Assert.Equal(content, read.Received);
            else Assert.Equal(ErrorCode.Corrupted, read.Result.Error.Code);
            refused += read.Result.IsFailure ? 1 : 0;
        }

        Assert.InRange(refused, 200, 300);
    }

    private static byte[] Similar(Random random, byte[]? leansOn, int length)
    {
        if (leansOn is null) return RandomContent.Bytes(random, length);
        var content = leansOn.ToArray();
        for (var changes = content.Length / 10; changes > 0; changes--) content[random.Next(content.Length)] ^= (byte)random.Next(256);
        return content;
    }

    private static byte[] Weights(int seed) => FineTunes.ToBf16(FineTunes.Weights(new Random(seed), 100_000));

    /// <summary>Two chunks of weights, the second a fine-tune of the first and stored against it.</summary>
    private async Task<(Digest First, Digest Second)> PairAsync()
    {
        var (weights, tuned) = FineTunes.Bf16(new Random(1), 100_000, 1e-3);
        // Files above 16 KiB are cut: of what a container makes one chunk is made by hand here.
        var (first, second) = (await AddChunkAsync(weights), await AddChunkAsync(tuned));
        await AgainstAsync(second, tuned, first, weights, 2);
        return (first, second);
    }

    private async Task<Digest> AgainstAsync(Digest leansOn, int seed)
    {
        var baseContent = await _house.ReadAsync(leansOn);
        var content = Similar(new Random(seed), baseContent, 0);
        var id = await AddChunkAsync(content);
        await AgainstAsync(id, content, leansOn, baseContent, 2);
        return id;
    }

    private async Task<Digest> AddChunkAsync(byte[] content)
    {
        var id = ObjectIds.Of(ObjectKind.Chunk, content);
        using var session = _house.Store.BeginWrite();
        Assert.Null(session.AddRaw(id, new ObjectInfo(ObjectKind.Chunk, ObjectCodec.Raw, content.Length, content.Length), content).Error);
        Assert.Null((await session.CommitAsync(Cancellation)).Error);
        return id;
    }

    private Task AgainstAsync(Digest id, byte[] content, Digest leansOn, byte[] baseContent, int width)
    {
        var packed = new byte[content.Length + 200];
        var length = XorPlanes.Pack(content, leansOn, baseContent, width, packed);
        return ReplaceAsync(id, new ObjectInfo(ObjectKind.Chunk, ObjectCodec.XorPlanes, content.Length, length), packed);
    }

    private Task PlanesAsync(Digest id, byte[] content, int width)
    {
        var packed = new byte[content.Length + 200];
        var length = PlaneCodec.Pack(content, width, packed);
        return ReplaceAsync(id, new ObjectInfo(ObjectKind.Chunk, ObjectCodec.Planes, content.Length, length), packed);
    }

    private async Task ReplaceAsync(Digest id, ObjectInfo info, byte[] packed)
    {
        using var session = _house.Store.BeginSession();
        Assert.Null(session.Replace(id, info, packed.AsSpan(0, info.StoredBytes)).Error);
        Assert.Null((await session.CommitAsync(Cancellation)).Error);
    }

    private (byte[] Stored, ObjectInfo Info) Stored(Digest id)
    {
        Assert.True(_house.Store.Parts.Index.TryFind(id, out var place));
        var stored = new byte[place.Info.StoredBytes];
        Assert.True(_house.Store.Parts.Packs.TryRead(place.Pack, stored, place.OffsetBytes, out _));
        return (stored, place.Info);
    }

    private async Task CollectAllAsync(Roots roots)
    {
        for (var step = 0; step < 2; step++)
        {
            // Even the least dead byte goes, so that nothing stays by the chance of its neighbours.
            var collected = await _house.Store.Care.CollectAsync([roots], new CollectionRequest(Grace, LiveShareMin: 1), Cancellation);
            Assert.Null(collected.Error);
            _house.Now += 2 * Grace;
        }
    }
}
