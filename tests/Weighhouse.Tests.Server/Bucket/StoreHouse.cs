using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Blobs;
using Weighhouse.Blobs.Backends;
using Weighhouse.Blobs.Store;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Ledger;
using Weighhouse.TestKit;
using Weighhouse.Tests.Server;
using Weighhouse.Tests.Server.Bucket;

namespace Weighhouse.Tests.Blobs.Store;

/// <summary>
/// A store of objects in a bucket and a PostgreSQL of their own, with what the house of the same name over a folder has: the tests that
/// are compiled into this assembly from there are the same for both.
/// </summary>
internal sealed class StoreHouse : StoreHouseBase
{
    private readonly ServiceProvider _metrics = new ServiceCollection().AddMetrics().AddSingleton<BlobsMetrics>()
        .AddSingleton<BucketMetrics>().BuildServiceProvider();
    private readonly TestDatabase _database;
    private int _replicas;

    public StoreHouse(Action<BlobsOptions>? configure = null)
        : this(ObjectProtocol.S3, configure: configure)
    {
    }

    public StoreHouse(
        ObjectProtocol protocol,
        DatabaseEngine engine = DatabaseEngine.PostgreSql,
        Action<BlobsOptions>? configure = null,
        Action<BucketOptions>? configureBucket = null,
        ObjectServer? server = null)
        : base(configure)
    {
        // Tests are made in constructors, which cannot wait in another way.
        Server = server ?? BucketServers.GetAsync(protocol).GetAwaiter().GetResult();
        Bucket = BucketServers.Options(protocol, Server, IdGenerator.Secure.Hex32());
        configureBucket?.Invoke(Bucket);
        _database = TestDatabase.StartAsync(engine, services => services.AddLedger()).GetAwaiter().GetResult();
    }

    public ObjectServer Server { get; }

    public BucketOptions Bucket { get; }

    public IPackLedger Ledger => _database.Get<IPackLedger>();

    public IDatabase Database => _database.Database;

    protected override BlobsMetrics Metrics => _metrics.GetRequiredService<BlobsMetrics>();

    /// <summary>Ends with a slash.</summary>
    public string Prefix => BucketUrl.Parse(Bucket.Url).Value.Prefix;

    /// <summary>The bucket itself, to look at or to spoil.</summary>
    public IBucket Connect() => BucketOpening.Connect(BucketUrl.Parse(Bucket.Url).Value, Bucket, IdGenerator.Secure).Value;

    /// <summary>Another replica: a folder and a lease of its own. The caller disposes it.</summary>
    public ObjectStore OpenAnother() => OpenAnother(out _);

    public ObjectStore OpenAnother(out BucketTending tending) => OpenIn(File($"replica-{++_replicas}"), out tending);

    public Result<ObjectStore> TryOpen(string folder, out BucketTending? tending)
    {
        var options = new BlobsOptions
        {
            Folder = folder,
            PackTargetBytes = Options.PackTargetBytes,
            FileSizeMaxBytes = Options.FileSizeMaxBytes,
        };
        return BucketOpening.Open(
            options, Bucket, Ledger, _metrics.GetRequiredService<BucketMetrics>(), this, IdGenerator.Secure, this, out tending);
    }

    /// <summary>Changes a byte of an object where it is kept: in the ledger or in the bucket. The store is opened anew.</summary>
    public void Damage(Digest id, int at = 0)
    {
        Assert.True(Store.Parts.Index.TryFind(id, out var place));
        DamageAsync(place.Pack.Id.ToString(), place.OffsetBytes + at).GetAwaiter().GetResult();
        Reopen();
    }

    /// <summary>The extents of all packs, as the ledger tells them.</summary>
    public async Task<IReadOnlyList<LedgerPack>> LedgerPacksAsync() =>
        [.. (await Ledger.ChangesAsync(0, Cancellation)).Value.Packs.Where(pack => !pack.IsDeleted)];

    public override void Dispose()
    {
        base.Dispose();
        _metrics.Dispose();
        _database.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    protected override ObjectStore OpenStore() => OpenIn(Options.Folder, out _);

    private ObjectStore OpenIn(string folder, out BucketTending tending)
    {
        var opened = TryOpen(folder, out var found);
        Assert.Null(opened.Error);
        tending = found!;
        return opened.Value;
    }

    private async Task DamageAsync(string pack, long position)
    {
        var extent = (await LedgerPacksAsync()).Single(known => known.Id == pack).Extents
            .Single(extent => extent.StartBytes <= position && position < extent.EndBytes);
        var at = (int)(position - extent.StartBytes);
        if (extent.Key is { } key)
        {
            var path = Path.Combine(Server.Folder, ObjectServer.Bucket, key + "._S3rver_object");
            var content = await global::System.IO.File.ReadAllBytesAsync(path, Cancellation);
            content[at] ^= 0x10;
            await global::System.IO.File.WriteAllBytesAsync(path, content, Cancellation);
            return;
        }

        var bytes = (await Ledger.ReadAsync(pack, extent.StartBytes, Cancellation)).Value;
        bytes[at] ^= 0x10;
        var damage = SqlText.Both("DamageExtent", "UPDATE ledger_extents SET bytes = @bytes WHERE pack = @pack AND start_bytes = @start");
        var done = await Database.WriteAsync<int>(
            async session => await session.Prepare(damage)
                .Bind("bytes", bytes)
                .Bind("pack", pack)
                .Bind("start", extent.StartBytes)
                .ExecuteAsync(),
            Cancellation);
        Assert.Equal(1, done.Value);
    }
}
