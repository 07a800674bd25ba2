using Weighhouse.Blobs;
using Weighhouse.Blobs.Backends;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.TestKit;
using Weighhouse.Tests.Blobs;
using Weighhouse.Tests.Blobs.Care;
using Weighhouse.Tests.Blobs.Store;

namespace Weighhouse.Tests.Server.Bucket;

/// <summary>What must be so on every service and over every ledger.</summary>
public sealed class EveryBucketTests(ITestOutputHelper output)
{
    public static TheoryData<ObjectProtocol, DatabaseEngine> Places => new()
    {
        { ObjectProtocol.S3, DatabaseEngine.PostgreSql },
        { ObjectProtocol.S3, DatabaseEngine.Sqlite },
        { ObjectProtocol.Azure, DatabaseEngine.PostgreSql },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Around the borders of what lies in the ledger (256 KiB), is put whole (8 MiB), and fills a pack (16 MiB here).</summary>
    [Theory]
    [MemberData(nameof(Places))]
    public async Task What_goes_in_comes_out_here_and_at_another_replica(ObjectProtocol protocol, DatabaseEngine engine)
    {
        using var house = new StoreHouse(protocol, engine, options => options.PackTargetBytes = 16 << 20);
        int[] lengths = [0, 1, 100_000, 256 << 10, 300_000, 5_000_000, (8 << 20) - 500, (8 << 20) + 1, 20_000_000, 41_000_000];
        var files = new List<(BlobInfo File, byte[] Content)>();
        foreach (var length in lengths)
        {
            var content = RandomContent.Bytes(length, length);
            files.Add((await house.AddAsync(content), content));
        }

        using var other = house.OpenAnother();
        foreach (var (file, content) in files)
        {
            Assert.Equal(content, await house.ReadAsync(file.Id));
            Assert.Equal(content, await StoreHouse.ReadAsync(other, file.Id));
            var from = content.Length / 3;
            Assert.Equal(content[from..^from], (await StoreHouse.CopyAsync(other, file.Id, from, content.Length - 2 * from)).Received);
        }

        var extents = (await house.LedgerPacksAsync()).SelectMany(pack => pack.Extents).ToList();
        Assert.Contains(extents, extent => extent.Key is null);
        Assert.Contains(extents, extent => extent.Key is not null && extent.EndBytes - extent.StartBytes > 8 << 20);
        Assert.Empty((await other.Care.CheckAsync(CheckDepth.Data, Cancellation)).Damages);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task What_nothing_names_leaves_the_bucket(ObjectProtocol protocol, DatabaseEngine engine)
    {
        using var house = new StoreHouse(protocol, engine);
        var kept = await house.AddAsync(RandomContent.Bytes(1, 1_000_000));
        var gone = await house.AddAsync(RandomContent.Bytes(2, 12_000_000));
        var before = (await house.LedgerPacksAsync()).SelectMany(pack => pack.Extents).ToList();

        Assert.Equal(CollectionPhase.Condemned, (await CollectAsync()).Phase);
        house.Now += TimeSpan.FromDays(2);
        var deleted = await CollectAsync();

        Assert.Equal(CollectionPhase.Deleted, deleted.Phase);
        Assert.InRange(deleted.FreedBytes, 12_000_000, 12_100_000);
        using var other = house.OpenAnother();
        Assert.False(other.Contains(gone.Id));
        Assert.Equal(RandomContent.Bytes(1, 1_000_000), await StoreHouse.ReadAsync(other, kept.Id));
        using var bucket = house.Connect();
        foreach (var key in before.Select(extent => extent.Key).OfType<string>())
            await Assert.ThrowsAsync<FileNotFoundException>(() => bucket.ReadAsync(key, 0, new byte[10], Cancellation));

        async Task<CollectionReport> CollectAsync() =>
            (await house.Store.Care.CollectAsync([new Roots(kept.Id)], new CollectionRequest(TimeSpan.FromDays(1)), Cancellation)).Value;
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task What_lies_in_the_ledger_is_folded_when_its_writer_has_ended(ObjectProtocol protocol, DatabaseEngine engine)
    {
        using var house = new StoreHouse(protocol, engine);
        using var other = house.OpenAnother(out var tending);
        var files = new List<BlobInfo>();
        for (var i = 0; i < 30; i++) files.Add(await house.AddAsync(RandomContent.Bytes(i, 20_000 + i)));
        Assert.Equal(0, await tending.FoldAsync(Cancellation));
        Assert.Equal(RandomContent.Bytes(0, 20_000), await StoreHouse.ReadAsync(other, files[0].Id));

        house.Reopen();
        var folded = await tending.FoldAsync(Cancellation);

        output.WriteLine($"{folded} extents folded");
        Assert.InRange(folded, 30, 100);
        var extents = (await house.LedgerPacksAsync()).SelectMany(pack => pack.Extents).ToList();
        Assert.All(extents, extent => Assert.NotNull(extent.Key));
        Assert.InRange(extents.Count, 1, 2);
        for (var i = 0; i < files.Count; i++)
        {
            Assert.Equal(RandomContent.Bytes(i, 20_000 + i), await StoreHouse.ReadAsync(other, files[i].Id));
            Assert.Equal(RandomContent.Bytes(i, 20_000 + i), await house.ReadAsync(files[i].Id));
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Litter_is_swept_and_what_is_named_stays(ObjectProtocol protocol, DatabaseEngine engine)
    {
        using var house = new StoreHouse(protocol, engine);
        var file = await house.AddAsync(RandomContent.Bytes(1, 3_000_000));
        using var other = house.OpenAnother(out var tending);
        using var bucket = house.Connect();
        var named = (await house.LedgerPacksAsync()).SelectMany(pack => pack.Extents).First(extent => extent.Key is not null).Key!;
        var litter = named[..^3] + "xyz";
        await bucket.PutAsync(litter, new byte[1_000], Cancellation);
        // Another store's, in the same bucket.
        var foreign = house.Prefix + "0123456789abcdef0123456789abcdef/packs/x.data/0-1";
        await bucket.PutAsync(foreign, new byte[10], Cancellation);

        house.Now = TimeProvider.System.GetUtcNow();
        Assert.Equal(0, await tending.SweepAsync(Cancellation));
        house.Now += TimeSpan.FromDays(2);
        Assert.Equal(1, await tending.SweepAsync(Cancellation));

        await Assert.ThrowsAsync<FileNotFoundException>(() => bucket.ReadAsync(litter, 0, new byte[10], Cancellation));
        await bucket.ReadAsync(foreign, 0, new byte[10], Cancellation);
        Assert.Equal(RandomContent.Bytes(1, 3_000_000), await StoreHouse.ReadAsync(other, file.Id));
        var late = await house.Ledger.AppendAsync(await LateAsync(house, litter), Cancellation);
        Assert.Equal(ErrorCode.Unavailable, late.Error?.Code);
        Assert.Contains("litter", late.Error?.Message);
    }

    [Fact]
    public async Task A_bucket_that_is_wrong_is_told_with_the_cure()
    {
        var server = await BucketServers.GetAsync(ObjectProtocol.S3);
        var options = BucketServers.Options(ObjectProtocol.S3, server, "x");
        options.AttemptsMax = 1;
        Assert.Null(await TryAsync());

        options.Url = "s3://no-such-bucket/x";
        Assert.Contains("there is no such bucket. Make it", await TryAsync());
        options.Url = "s3://weigh/x";
        options.AccessKey = "stranger";
        Assert.Contains("the credentials were refused", await TryAsync());
        options.Endpoint = new Uri("http://127.0.0.1:1");
        Assert.Contains("it cannot be reached", await TryAsync());
        options.Url = "s3://NO/x";
        Assert.Contains("no bucket's name", await TryAsync());

        async Task<string?> TryAsync() => (await BlobsModule.TryBucketAsync(options, IdGenerator.Secure, Cancellation)).Error?.Message;
    }

    /// <summary>What a writer would add that was away for longer than its object lasted.</summary>
    private static async Task<LedgerAppend> LateAsync(StoreHouse house, string key)
    {
        var writer = IdGenerator.Secure.Hex32();
        Assert.True((await house.Ledger.JoinAsync(writer, 0, TimeSpan.FromMinutes(1), Cancellation)).Value);
        return new LedgerAppend(writer, IdGenerator.Secure.Hex32(), 1, 0, new LedgerExtent(0, 1_000, key), null);
    }
}
