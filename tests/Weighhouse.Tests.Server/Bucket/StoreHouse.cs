using System.IO.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
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
internal sealed class StoreHouse : TimeProvider, IDisposable, ILogger
{
    private readonly TemporaryFolder _root = new();
    private readonly ServiceProvider _metrics = new ServiceCollection().AddMetrics().AddSingleton<BlobsMetrics>()
        .AddSingleton<BucketMetrics>().BuildServiceProvider();
    private readonly List<string> _logged = [];
    private readonly TestDatabase _database;
    private ObjectStore? _store;
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
    {
        Options = new BlobsOptions { Folder = _root["store"] };
        configure?.Invoke(Options);
        // Tests are made in constructors, which cannot wait in another way.
        Server = server ?? BucketServers.GetAsync(protocol).GetAwaiter().GetResult();
        Bucket = BucketServers.Options(protocol, Server, IdGenerator.Secure.Hex32());
        configureBucket?.Invoke(Bucket);
        _database = TestDatabase.StartAsync(engine, services => services.AddLedger()).GetAwaiter().GetResult();
    }

    public ObjectServer Server { get; }

    public BlobsOptions Options { get; }

    public BucketOptions Bucket { get; }

    public IPackLedger Ledger => _database.Get<IPackLedger>();

    public IDatabase Database => _database.Database;

    public DateTimeOffset Now { get; set; } = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public ObjectStore Store => _store ??= OpenIn(Options.Folder, out _);

    public IBlobStore Blobs => new PackedBlobStore(Store, _metrics.GetRequiredService<BlobsMetrics>());

    public string Folder => Options.Folder;

    /// <summary>What lies of packs on this machine.</summary>
    public IReadOnlyList<string> Packs => Directory.GetFiles(Path.Combine(Options.Folder, "packs"));

    public IReadOnlyList<string> Logged
    {
        get
        {
            lock (_logged) return [.. _logged];
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public string File(string name) => _root[name];

    /// <summary>Ends with a slash.</summary>
    public string Prefix => BucketUrl.Parse(Bucket.Url).Value.Prefix;

    /// <summary>The bucket itself, to look at or to spoil.</summary>
    public IBucket Connect() => BucketOpening.Connect(BucketUrl.Parse(Bucket.Url).Value, Bucket, IdGenerator.Secure).Value;

    /// <summary>Another replica: a folder and a lease of its own. The caller disposes it.</summary>
    public ObjectStore OpenAnother() => OpenAnother(out _);

    public ObjectStore OpenAnother(out BucketTending tending) => OpenIn(_root[$"replica-{++_replicas}"], out tending);

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

    public void Reopen()
    {
        _store?.Dispose();
        _store = null;
    }

    public async Task<BlobInfo> AddAsync(byte[] content) => await AddAsync(Store, content);

    public static async Task<BlobInfo> AddAsync(IObjectStore store, byte[] content)
    {
        using var writer = store.BeginWrite();
        var added = await writer.AddFileAsync(PipeReader.Create(new MemoryStream(content)), long.MaxValue, Cancellation);
        Assert.Null(added.Error);
        Assert.Null((await writer.CommitAsync(Cancellation)).Error);
        return added.Value;
    }

    public ValueTask<Result<BlobInfo>> PutAsync(byte[] content, long sizeMaxBytes = long.MaxValue) =>
        Blobs.PutAsync(PipeReader.Create(new MemoryStream(content)), sizeMaxBytes, Cancellation);

    public async Task<(Result<Done> Result, byte[] Received)> CopyAsync(Digest id, long offsetBytes, long lengthBytes)
    {
        var target = new MemoryStream();
        var writer = PipeWriter.Create(target, new StreamPipeWriterOptions(leaveOpen: true));
        return (await Blobs.CopyToAsync(id, offsetBytes, lengthBytes, writer, Cancellation), target.ToArray());
    }

    /// <summary>Changes a byte of an object where it is kept: in the ledger or in the bucket. The store is opened anew.</summary>
    public void Damage(Digest id, int at = 0)
    {
        Assert.True(Store.Parts.Index.TryFind(id, out var place));
        DamageAsync(place.Pack.Id.ToString(), place.OffsetBytes + at).GetAwaiter().GetResult();
        Reopen();
    }

    public Task<byte[]> ReadAsync(Digest file) => ReadAsync(Store, file);

    public static async Task<byte[]> ReadAsync(IObjectStore store, Digest file)
    {
        var recipe = store.Recipe(file);
        Assert.Null(recipe.Error);
        return (await CopyAsync(store, file, 0, recipe.Value.SizeBytes)).Received;
    }

    public static async Task<(Result<Done> Result, byte[] Received)> CopyAsync(IObjectStore store, Digest file, long offset, long length)
    {
        var target = new MemoryStream();
        var writer = PipeWriter.Create(target, new StreamPipeWriterOptions(leaveOpen: true));
        var result = await store.CopyToAsync(file, offset, length, writer, Cancellation);
        return (result, target.ToArray());
    }

    /// <summary>The extents of all packs, as the ledger tells them.</summary>
    public async Task<IReadOnlyList<LedgerPack>> LedgerPacksAsync() =>
        [.. (await Ledger.ChangesAsync(0, Cancellation)).Value.Packs.Where(pack => !pack.IsDeleted)];

    public override DateTimeOffset GetUtcNow() => Now;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_logged) _logged.Add(formatter(state, exception));
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Dispose()
    {
        _store?.Dispose();
        _metrics.Dispose();
        _database.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _root.Dispose();
    }

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
