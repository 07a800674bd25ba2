using System.IO.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Weighhouse.Blobs;
using Weighhouse.Blobs.Store;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Blobs.Store;

/// <summary>A store of objects in a folder of its own, with a clock that stands still until told and a log that can be read.</summary>
internal sealed class StoreHouse : TimeProvider, IDisposable, ILogger
{
    private readonly TestFolder _root = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<BlobsMetrics>().BuildServiceProvider();
    private readonly List<string> _logged = [];
    private ObjectStore? _store;

    public StoreHouse(Action<BlobsOptions>? configure = null)
    {
        Options = new BlobsOptions { Folder = _root.File("store") };
        configure?.Invoke(Options);
    }

    public BlobsOptions Options { get; }

    public DateTimeOffset Now { get; set; } = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public ObjectStore Store => _store ??= OpenAnother();

    /// <summary>The same store as artifacts see it.</summary>
    public IBlobStore Blobs => new PackedBlobStore(Store, _services.GetRequiredService<BlobsMetrics>());

    public string Folder => Options.Folder;

    public IReadOnlyList<string> Packs => Directory.GetFiles(Path.Combine(Options.Folder, "packs"));

    public IReadOnlyList<string> Logged
    {
        get
        {
            lock (_logged) return [.. _logged];
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public string File(string name) => _root.File(name);

    /// <summary>As another process sees the folder. The caller disposes it.</summary>
    public ObjectStore OpenAnother() => TryOpen().Value;

    public Result<ObjectStore> TryOpen() => ObjectStore.Open(Options, this, IdGenerator.Secure, this);

    /// <summary>Ends the store as a process does and begins anew.</summary>
    public void Reopen()
    {
        _store?.Dispose();
        _store = null;
    }

    public async Task<BlobInfo> AddAsync(byte[] content)
    {
        using var writer = Store.BeginWrite();
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

    /// <summary>Changes a byte of an object where it lies.</summary>
    public void Damage(Digest id, int at = 0)
    {
        Assert.True(Store.Parts.Index.TryFind(id, out var place));
        using var file = global::System.IO.File.Open(place.Pack.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Position = place.OffsetBytes + at;
        var value = file.ReadByte();
        file.Position = place.OffsetBytes + at;
        file.WriteByte((byte)(value ^ 0x10));
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
        _services.Dispose();
        _root.Dispose();
    }
}
