using System.IO.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Weighhouse.Blobs;
using Weighhouse.Blobs.Local;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Blobs;

/// <summary>A store in a folder of its own, with a clock that stands still until told and a log that can be read.</summary>
internal sealed class TestStore : TimeProvider, IDisposable, ILogger
{
    private readonly TestFolder _root = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<BlobsMetrics>().BuildServiceProvider();
    private readonly List<string> _logged = [];
    private LocalBlobStore? _store;

    public TestStore(Action<BlobsOptions>? configure = null)
    {
        Options = new BlobsOptions { Folder = _root.File("store") };
        configure?.Invoke(Options);
    }

    public BlobsOptions Options { get; }

    public string Folder => Options.Folder;

    public DateTimeOffset Now { get; set; } = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public LocalBlobStore Store => _store ??= Open().Value;

    public IReadOnlyList<string> Logged
    {
        get
        {
            lock (_logged) return [.. _logged];
        }
    }

    public IReadOnlyList<string> TemporaryFiles => Directory.GetFiles(Path.Combine(Folder, "tmp"));

    public IReadOnlyList<string> BlobFiles => Directory.GetFiles(Path.Combine(Folder, "blobs"), "*", SearchOption.AllDirectories);

    public Result<LocalBlobStore> Open() =>
        LocalBlobStore.Open(Options, this, IdGenerator.Secure, _services.GetRequiredService<BlobsMetrics>(), this);

    public string PathOf(Digest id) => new BlobLayout(Folder).PathOf(id);

    /// <summary>Lets the test change what the store has written read-only.</summary>
    public string Writable(Digest id)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(PathOf(id), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return PathOf(id);
    }

    public ValueTask<Result<BlobInfo>> PutAsync(byte[] content, long sizeMaxBytes = long.MaxValue) =>
        Store.PutAsync(PipeReader.Create(new MemoryStream(content)), sizeMaxBytes, TestContext.Current.CancellationToken);

    public async Task<(Result<Done> Result, byte[] Received)> CopyAsync(Digest id, long offsetBytes, long lengthBytes)
    {
        var target = new MemoryStream();
        var writer = PipeWriter.Create(target, new StreamPipeWriterOptions(leaveOpen: true));
        var result = await Store.CopyToAsync(id, offsetBytes, lengthBytes, writer, TestContext.Current.CancellationToken);
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
