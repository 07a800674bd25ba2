using System.Diagnostics;
using System.IO.Pipelines;
using Microsoft.Extensions.Logging.Abstractions;
using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.TestKit;
using Weighhouse.Tests.Blobs;
using Weighhouse.Tests.Blobs.Store;

namespace Weighhouse.Tests.Server.Bucket;

/// <summary>
/// What a bucket costs beside a folder, in one run on one machine. Only when asked for (<c>-explicit only</c>): the servers behind the
/// protocols run on the same processors, so the figures are ratios at best.
/// </summary>
public sealed class BucketSpeedTests(ITestOutputHelper output)
{
    private const int FileBytes = 256 << 20, SmallFiles = 200;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task A_folder()
    {
        using var folder = new TemporaryFolder();
        var options = new BlobsOptions { Folder = folder["store"] };
        using var store = BlobsModule.OpenStore(options, TimeProvider.System, IdGenerator.Secure, NullLogger.Instance).Value;
        await MeasureAsync("folder", store, store);
    }

    [Theory(Explicit = true)]
    [InlineData(ObjectProtocol.S3)]
    [InlineData(ObjectProtocol.Azure)]
    public async Task A_bucket(ObjectProtocol protocol)
    {
        using var house = new StoreHouse(protocol, DatabaseEngine.PostgreSql);
        using var other = house.OpenAnother();
        await MeasureAsync(protocol.ToString(), house.Store, other);
    }

    private async Task MeasureAsync(string name, IObjectStore writing, IObjectStore reading)
    {
        var content = RandomContent.Bytes(1, FileBytes);
        var clock = Stopwatch.StartNew();
        var file = await StoreHouse.AddAsync(writing, content);
        var ingest = clock.Elapsed;
        clock.Restart();
        Assert.Null((await reading.CopyToAsync(file.Id, 0, FileBytes, PipeWriter.Create(Stream.Null), Cancellation)).Error);
        var read = clock.Elapsed;
        clock.Restart();
        for (var i = 0; i < SmallFiles; i++) await StoreHouse.AddAsync(writing, RandomContent.Bytes(i + 2, 5_000));
        output.WriteLine(
            $"{name}: ingest {FileBytes / 1e6 / ingest.TotalSeconds:F0} MB/s, "
            + $"read by another {FileBytes / 1e6 / read.TotalSeconds:F0} MB/s, "
            + $"a commit of 5 KB {clock.Elapsed.TotalMilliseconds / SmallFiles:F1} ms");
    }
}
