using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using Weighhouse.Blobs;
using Weighhouse.Blobs.Store;
using Weighhouse.Kernel;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Blobs.Store;

/// <summary>
/// What the house of a store has wherever the store keeps its objects: a clock that stands still until told, a log that can be read, and
/// ways to put content in and take it out.
/// </summary>
internal abstract class StoreHouseBase : TimeProvider, IDisposable, ILogger
{
    private readonly List<string> _logged = [];
    private readonly TemporaryFolder _root = new();
    private ObjectStore? _store;

    protected StoreHouseBase(Action<BlobsOptions>? configure)
    {
        Options = new BlobsOptions { Folder = _root["store"] };
        configure?.Invoke(Options);
    }

    public BlobsOptions Options { get; }

    public DateTimeOffset Now { get; set; } = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public ObjectStore Store => _store ??= OpenStore();

    /// <summary>The same store as artifacts see it.</summary>
    public IBlobStore Blobs => new PackedBlobStore(Store, Metrics);

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

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract BlobsMetrics Metrics { get; }

    public string File(string name) => _root[name];

    /// <summary>Ends the store as a process does and begins anew.</summary>
    public void Reopen()
    {
        _store?.Dispose();
        _store = null;
    }

    public Task<BlobInfo> AddAsync(byte[] content) => AddAsync(Store, content);

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

    public Task<byte[]> ReadAsync(Digest file) => ReadAsync(Store, file);

    public static async Task<byte[]> ReadAsync(IObjectStore store, Digest file)
    {
        var recipe = store.Recipe(file);
        Assert.Null(recipe.Error);
        return (await CopyAsync(store, file, 0, recipe.Value.SizeBytes)).Received;
    }

    public Task<(Result<Done> Result, byte[] Received)> CopyAsync(Digest id, long offsetBytes, long lengthBytes) =>
        ReceiveAsync(writer => Blobs.CopyToAsync(id, offsetBytes, lengthBytes, writer, Cancellation));

    public static Task<(Result<Done> Result, byte[] Received)> CopyAsync(IObjectStore store, Digest file, long offset, long length) =>
        ReceiveAsync(writer => store.CopyToAsync(file, offset, length, writer, Cancellation));

    public override DateTimeOffset GetUtcNow() => Now;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_logged) _logged.Add(formatter(state, exception));
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public virtual void Dispose()
    {
        Reopen();
        _root.Dispose();
    }

    protected abstract ObjectStore OpenStore();

    private static async Task<(Result<Done> Result, byte[] Received)> ReceiveAsync(Func<PipeWriter, ValueTask<Result<Done>>> copy)
    {
        var target = new MemoryStream();
        var writer = PipeWriter.Create(target, new StreamPipeWriterOptions(leaveOpen: true));
        return (await copy(writer), target.ToArray());
    }
}
