using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.TestKit;
using Weighhouse.Tracking;

namespace Weighhouse.Tests.Server.Tracking.Artifacts;

/// <summary>The artifact store over a fresh database and a fresh folder of blobs.</summary>
internal sealed class ArtifactsHouse : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly TestDatabase _database;

    private ArtifactsHouse(TemporaryFolder folder, TestDatabase database)
    {
        _folder = folder;
        _database = database;
    }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public TestDatabase Database => _database;

    public IArtifacts Artifacts => _database.Get<IArtifacts>();

    /// <summary>The packs in which the content lies.</summary>
    public IEnumerable<string> Packs => Directory.EnumerateFiles(Path.Combine(_folder["blobs"], "packs"));

    public static async Task<ArtifactsHouse> StartAsync(DatabaseEngine engine, TrackingOptions? options = null, TimeProvider? time = null)
    {
        var folder = new TemporaryFolder();
        var database = await TestDatabase.StartAsync(engine, services =>
        {
            services.AddLogging();
            if (time is not null) services.AddSingleton(time);
            services.AddSingleton<IAuditLog, TrackingHouse.RememberedAudit>();
            services.AddBlobs(new BlobsOptions { Folder = folder["blobs"] });
            services.AddTracking(options);
        });
        return new ArtifactsHouse(folder, database);
    }

    public static ArtifactPath At(string path)
    {
        var parsed = ArtifactPath.Parse(path);
        Assert.False(parsed.IsFailure, parsed.Error?.Message);
        return parsed.Value;
    }

    public async Task<Result<ArtifactEntry>> TryPutAsync(string path, byte[] content, Principal? caller = null) =>
        await Artifacts.PutAsync(caller ?? Principal.Local, At(path), PipeReader.Create(new ReadOnlySequence<byte>(content)), Cancellation);

    public async Task PutAsync(string path, string content) =>
        Assert.Null((await TryPutAsync(path, System.Text.Encoding.UTF8.GetBytes(content))).Error);

    public async Task<string> ReadAsync(string path)
    {
        var found = await Artifacts.FindAsync(Principal.Local, At(path), Cancellation);
        Assert.False(found.IsFailure, found.Error?.Message);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var size = found.Value.Content!.Value.SizeBytes;
        var copied = await Artifacts.CopyToAsync(Principal.Local, found.Value, 0, size, pipe.Writer, Cancellation);
        Assert.Null(copied.Error);
        await pipe.Writer.CompleteAsync();
        using var reader = new StreamReader(pipe.Reader.AsStream());
        return await reader.ReadToEndAsync(Cancellation);
    }

    /// <summary>The names of one level, directories with a slash behind.</summary>
    public async Task<List<string>> ListAsync(string directory, int pageSize = 1_000)
    {
        var names = new List<string>();
        string? token = null;
        do
        {
            var page = await Artifacts.ListAsync(Principal.Local, At(directory), new PageRequest(pageSize, token), Cancellation);
            Assert.False(page.IsFailure, page.Error?.Message);
            names.AddRange(page.Value.Items.Select(entry => entry.Path.Text + (entry.IsDirectory ? "/" : "")));
            Assert.True(page.Value.NextToken is null || page.Value.Items.Count == pageSize);
            token = page.Value.NextToken;
        }
        while (token is not null);
        return names;
    }

    /// <summary>Sends a part with the key it was given.</summary>
    public Task<Result<string>> TryPartAsync(BegunUpload upload, int number, byte[] content) =>
        TryPartAsync(upload.Id, number, upload.PartKeys[number - 1], content);

    public async Task<Result<string>> TryPartAsync(string upload, int number, string key, byte[] content) =>
        await Artifacts.PutPartAsync(upload, number, key, PipeReader.Create(new ReadOnlySequence<byte>(content)), Cancellation);

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }
}
