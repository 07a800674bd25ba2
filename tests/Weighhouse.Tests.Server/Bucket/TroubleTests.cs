using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.TestKit;
using Weighhouse.Tests.Blobs;
using Weighhouse.Tests.Blobs.Care;
using Weighhouse.Tests.Blobs.Store;

namespace Weighhouse.Tests.Server.Bucket;

/// <summary>Servers that die, wires that are cut, bytes that change, disks that are cleaned.</summary>
public sealed class TroubleTests(ITestOutputHelper output)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bucket_that_goes_away_and_comes_back_loses_nothing_that_was_answered()
    {
        await using var server = await BucketServers.StartAsync(ObjectProtocol.S3);
        using var house = new StoreHouse(ObjectProtocol.S3, configureBucket: Impatient, server: server);
        var before = await house.AddAsync(RandomContent.Bytes(1, 9_000_000));
        using var other = house.OpenAnother();

        await server.KillAsync();
        var refused = await house.PutAsync(RandomContent.Bytes(2, 9_000_000));
        Assert.Equal(ErrorCode.Unavailable, refused.Error?.Code);
        Assert.Contains("cannot be reached", refused.Error?.Message);
        var unread = await Assert.ThrowsAnyAsync<ErrorException>(() => StoreHouse.ReadAsync(other, before.Id));
        Assert.Contains("cannot be reached", unread.Message);
        // What was written here is here, and what is small needs no bucket.
        Assert.Equal(RandomContent.Bytes(1, 9_000_000), await house.ReadAsync(before.Id));
        var small = await house.AddAsync(RandomContent.Bytes(3, 10_000));

        await server.StartAsync();
        var after = await house.AddAsync(RandomContent.Bytes(2, 9_000_000));
        foreach (var (file, seed, length) in new[] { (before, 1, 9_000_000), (after, 2, 9_000_000), (small, 3, 10_000) })
            Assert.Equal(RandomContent.Bytes(seed, length), await StoreHouse.ReadAsync(other, file.Id));
        Assert.Empty((await other.Care.CheckAsync(CheckDepth.Data, Cancellation)).Damages);
    }

    [Theory]
    [InlineData(ObjectProtocol.S3)]
    [InlineData(ObjectProtocol.Azure)]
    public async Task A_slow_wire_that_is_cut_again_and_again_carries_everything(ObjectProtocol protocol)
    {
        var server = await BucketServers.GetAsync(protocol);
        await using var wire = new TroubledWire(server.Port);
        using var house = new StoreHouse(
            protocol,
            configureBucket: bucket =>
            {
                bucket.Endpoint = new UriBuilder(bucket.Endpoint!) { Port = wire.Port }.Uri;
                bucket.AttemptsMax = 10;
            });
        _ = house.Store;
        (wire.Delay, wire.CutEveryBytes) = (TimeSpan.FromMilliseconds(3), 11_000_000);

        var content = RandomContent.Bytes(1, 40_000_000);
        var file = await house.AddAsync(content);
        var cutsWriting = wire.Cuts;
        using var other = house.OpenAnother();
        wire.CutEveryBytes = 7_000_000;
        Assert.Equal(content, await StoreHouse.ReadAsync(other, file.Id));

        output.WriteLine($"cut {cutsWriting} times while writing, {wire.Cuts - cutsWriting} times while reading");
        Assert.InRange(cutsWriting, 1, 1_000);
        Assert.InRange(wire.Cuts - cutsWriting, 1, 1_000);
    }

    [Fact]
    public async Task The_cache_keeps_to_its_size_and_may_be_deleted()
    {
        const int limitBytes = 12 << 20;
        using var house = new StoreHouse(
            ObjectProtocol.S3,
            configure: options => options.PackTargetBytes = 4 << 20,
            configureBucket: bucket => bucket.CacheMaxBytes = limitBytes);
        var files = new List<BlobInfo>();
        for (var i = 0; i < 12; i++) files.Add(await house.AddAsync(RandomContent.Bytes(i, 4_000_000)));
        for (var i = 0; i < 12; i++) Assert.Equal(RandomContent.Bytes(i, 4_000_000), await house.ReadAsync(files[i].Id));

        // Over by what is read or written at the moment at most: a pack of each kind.
        Assert.InRange(house.Packs.Sum(pack => new FileInfo(pack).Length), 1, limitBytes + (10 << 20));
        house.Reopen();
        Directory.Delete(Path.Combine(house.Folder, "packs"), recursive: true);
        Directory.Delete(Path.Combine(house.Folder, "index"), recursive: true);
        for (var i = 0; i < 12; i++) Assert.Equal(RandomContent.Bytes(i, 4_000_000), await house.ReadAsync(files[i].Id));
    }

    [Fact]
    public async Task A_damaged_block_of_the_cache_is_fetched_again()
    {
        using var house = new StoreHouse();
        var file = await house.AddAsync(RandomContent.Bytes(1, 5_000_000));
        var folder = house.File("replica-1");
        using var other = house.OpenAnother();
        Assert.Equal(RandomContent.Bytes(1, 5_000_000), await StoreHouse.ReadAsync(other, file.Id));
        foreach (var pack in Directory.GetFiles(Path.Combine(folder, "packs"), "*.data"))
        {
            await using var stream = File.Open(pack, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            stream.Position = 2_000_000;
            await stream.WriteAsync(new byte[1_000], Cancellation);
        }

        Assert.Equal(RandomContent.Bytes(1, 5_000_000), await StoreHouse.ReadAsync(other, file.Id));
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(5_000_000)]
    public async Task A_flipped_bit_in_the_bucket_or_the_ledger_is_found(int length)
    {
        using var house = new StoreHouse();
        var file = await house.AddAsync(RandomContent.Bytes(1, length));
        var chunk = house.Store.Recipe(file.Id).Value.Chunks[0];
        house.Damage(chunk.Id, at: 77);

        Assert.Empty((await house.Store.Care.CheckAsync(CheckDepth.Presence, Cancellation)).Damages);
        var damage = Assert.Single((await house.Store.Care.CheckAsync(CheckDepth.Data, Cancellation)).Damages);
        Assert.Equal((DamageKind.Object, chunk.Id), (damage.Kind, damage.Id));
        Assert.Equal(ErrorCode.Corrupted, (await house.CopyAsync(file.Id, 0, 100)).Result.Error?.Code);
    }

    [Fact]
    public async Task An_object_that_the_bucket_has_lost_is_found_and_named()
    {
        using var house = new StoreHouse();
        var kept = await house.AddAsync(RandomContent.Bytes(1, 10_000));
        var lost = await house.AddAsync(RandomContent.Bytes(2, 5_000_000));
        using (var bucket = house.Connect())
        {
            var extents = (await house.LedgerPacksAsync()).SelectMany(pack => pack.Extents);
            await bucket.DeleteAsync([.. extents.Select(extent => extent.Key).OfType<string>()], Cancellation);
        }

        house.Reopen();
        var damages = (await house.Store.Care.CheckAsync(CheckDepth.Data, Cancellation)).Damages;
        Assert.NotEmpty(damages);
        Assert.Contains(damages, damage => damage.Kind is DamageKind.MissingChunk && damage.Id == lost.Id);
        Assert.Equal(RandomContent.Bytes(1, 10_000), await house.ReadAsync(kept.Id));
        Assert.Equal(ErrorCode.Corrupted, (await house.CopyAsync(lost.Id, 0, 100)).Result.Error?.Code);
        Assert.Contains(house.Logged, line => line.Contains("lacks bytes of pack", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_was_away_for_too_long_is_refused_and_begins_anew()
    {
        using var house = new StoreHouse(ObjectProtocol.S3, configureBucket: bucket => bucket.LeaseLength = TimeSpan.FromSeconds(2));
        await house.AddAsync(RandomContent.Bytes(1, 10_000));
        using var session = house.Store.BeginWrite();
        session.AddObject(ObjectKind.Tree, [1, 2, 3]);
        await EndLeasesAsync(house.Database);

        var refused = await session.CommitAsync(Cancellation);
        Assert.Equal(ErrorCode.Unavailable, refused.Error?.Code);

        // It learns of it when it renews, half a second later.
        await Eventually.IsTrueAsync(async () => (await house.PutAsync(RandomContent.Bytes(2, 20_000))).Error is null);
        Assert.Empty((await house.Store.Care.CheckAsync(CheckDepth.Data, Cancellation)).Damages);
    }

    [Fact]
    public async Task A_replica_hears_of_a_sentence_when_it_renews_its_lease()
    {
        using var house = new StoreHouse(ObjectProtocol.S3, configureBucket: bucket => bucket.LeaseLength = TimeSpan.FromSeconds(2));
        var file = await house.AddAsync(RandomContent.Bytes(1, 1_000_000));
        using var other = house.OpenAnother();
        using (var session = other.BeginWrite())
        {
            Assert.Equal(CollectionPhase.Condemned, (await CollectAsync()).Phase);
            house.Now += TimeSpan.FromDays(3);
            Assert.Equal(CollectionPhase.Waiting, (await CollectAsync()).Phase);
            Assert.True(session.Has(file.Id));
        }

        await Eventually.IsTrueAsync(() =>
        {
            using var later = other.BeginWrite();
            return Task.FromResult(!later.Has(file.Id));
        });
        Assert.Equal(CollectionPhase.Waiting, (await CollectAsync()).Phase);
        house.Now += TimeSpan.FromDays(3);
        Assert.Equal(CollectionPhase.Deleted, (await CollectAsync()).Phase);
        using (var last = other.BeginWrite()) Assert.False(last.Has(file.Id));

        async Task<CollectionReport> CollectAsync() =>
            (await house.Store.Care.CollectAsync([new Roots()], new CollectionRequest(TimeSpan.FromDays(1)), Cancellation)).Value;
    }

    private static void Impatient(BucketOptions options)
    {
        options.AttemptsMax = 1;
        options.RequestTimeLimit = TimeSpan.FromSeconds(5);
    }

    private static async Task EndLeasesAsync(IDatabase database)
    {
        var end = SqlText.Both("EndLeases", "UPDATE ledger_writers SET until_ms = 0");
        var ended = await database.WriteAsync<int>(async session => await session.Prepare(end).ExecuteAsync(), Cancellation);
        Assert.InRange(ended.Value, 1, 10);
    }
}
