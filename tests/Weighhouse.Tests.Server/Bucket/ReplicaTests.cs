using System.Text;
using System.Text.Json;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.TestKit;
using Weighhouse.Tests.Blobs;
using Weighhouse.Tests.Blobs.Care;
using Weighhouse.Tests.Blobs.Store;

namespace Weighhouse.Tests.Server.Bucket;

/// <summary>Several servers over one bucket and one PostgreSQL.</summary>
public sealed class ReplicaTests(ITestOutputHelper output)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_replicas_write_and_read_at_once()
    {
        using var house = new StoreHouse(configure: options => options.PackTargetBytes = 8 << 20);
        using var other = house.OpenAnother();
        IObjectStore[] replicas = [house.Store, other];
        // Eight writers, half at each; neighbours write the same now and then.
        var written = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(
            async () =>
            {
                var files = new List<(Digest Id, int Seed, int Length)>();
                for (var round = 0; round < 12; round++)
                {
                    var seed = writer / 2 * 100 + round;
                    var length = round % 4 == 0 ? 1_500_000 + seed : 5_000 + seed;
                    var file = await StoreHouse.AddAsync(replicas[writer % 2], RandomContent.Bytes(seed, length));
                    files.Add((file.Id, seed, length));
                    // What the one has acknowledged the other can read at once.
                    Assert.Equal(RandomContent.Bytes(seed, length), await StoreHouse.ReadAsync(replicas[(writer + 1) % 2], file.Id));
                }

                return files;
            },
            Cancellation)));

        using var third = house.OpenAnother();
        foreach (var (id, seed, length) in written.SelectMany(files => files).Distinct())
            Assert.Equal(RandomContent.Bytes(seed, length), await StoreHouse.ReadAsync(third, id));
        Assert.Empty((await third.Care.CheckAsync(CheckDepth.Data, Cancellation)).Damages);
    }

    [Fact]
    public async Task A_collection_of_one_replica_takes_nothing_that_the_other_goes_on_adding()
    {
        using var house = new StoreHouse(
            ObjectProtocol.S3,
            configure: options => options.PackTargetBytes = 1 << 20,
            configureBucket: bucket => bucket.LeaseLength = TimeSpan.FromSeconds(2));
        using var other = house.OpenAnother();
        var roots = new Roots();
        var (named, stopped, deleted) = (new List<(Digest Id, int Seed)>(), false, 0);
        // Time passes only while nobody is between adding and naming: the grace is for that.
        using var time = new SemaphoreSlim(1);
        var adding = Task.Run(
            async () =>
            {
                for (var seed = 0; !Volatile.Read(ref stopped); seed++)
                {
                    // Every third is new, the others come again and again, so that the sentence finds them in use.
                    var number = seed % 3 == 0 ? seed : seed % 7;
                    await time.WaitAsync(Cancellation);
                    var file = await StoreHouse.AddAsync(other, RandomContent.Bytes(number, 150_000 + number));
                    lock (named)
                    {
                        named.Add((file.Id, number));
                        roots.Ids.Add(file.Id);
                        if (seed % 5 == 0) roots.Ids.Remove(named[seed / 2].Id);
                    }

                    time.Release();
                }
            },
            Cancellation);
        await Eventually.IsTrueAsync(async () =>
        {
            var step = await house.Store.Care.CollectAsync(
                [new Locked(roots, named)], new CollectionRequest(TimeSpan.FromHours(1), 1), Cancellation);
            Assert.Null(step.Error);
            if (step.Value.Phase is CollectionPhase.Deleted) deleted++;
            await time.WaitAsync(Cancellation);
            house.Now += TimeSpan.FromMinutes(30);
            time.Release();
            return deleted >= 3 || adding.IsCompleted;
        });
        Volatile.Write(ref stopped, true);
        await adding;

        output.WriteLine($"{named.Count} files added, {deleted} deletions");
        using var third = house.OpenAnother();
        foreach (var (id, seed) in named.Where(file => roots.Ids.Contains(file.Id)).Distinct())
            Assert.Equal(RandomContent.Bytes(seed, 150_000 + seed), await StoreHouse.ReadAsync(third, id));
        Assert.Equal(3, deleted);
    }

    [Fact]
    public async Task Killed_servers_lose_nothing_that_they_answered()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var server = await BucketServers.GetAsync(ObjectProtocol.S3);
        var database = await (await PostgresServer.GetAsync()).CreateDatabaseAsync();
        using var folder = new TemporaryFolder();
        string[] options =
        [
            "--database", database, "--store", $"s3://{ObjectServer.Bucket}/killed-{seed}", "--store-endpoint", server.Endpoint.AbsoluteUri,
        ];
        var environment = new Dictionary<string, string>
        {
            ["WEIGH_STORE_KEY"] = ObjectServer.S3Key,
            ["WEIGH_STORE_SECRET"] = ObjectServer.S3Secret,
        };
        await using var steady = await WeighProcess.StartAsync(folder["steady"], environment, options);
        using var client = new HttpClient();
        var run = await CreateRunAsync(client, steady.Url);
        var answered = new List<(string Path, int Seed, int Length)>();
        for (var round = 0; round < 5; round++)
        {
            await using var victim = await WeighProcess.StartAsync(folder[$"victim-{round}"], environment, options);
            using var stop = new CancellationTokenSource();
            var uploads = Enumerable.Range(0, 3)
                .Select(lane => UploadAsync(client, victim.Url, run, $"{round}-{lane}", answered, stop.Token))
                .ToList();
            // Somewhere behind an answer, while the others are still writing.
            var enough = answered.Count + random.Next(1, 8);
            await Eventually.IsTrueAsync(() =>
            {
                lock (answered) return Task.FromResult(answered.Count >= enough);
            });
            await victim.KillAsync();
            await stop.CancelAsync();
            await Task.WhenAll(uploads);
        }

        output.WriteLine($"{answered.Count} uploads answered in 5 lives");
        Assert.InRange(answered.Count, 5, 100_000);
        foreach (var (path, contentSeed, length) in answered)
        {
            var read = await client.GetByteArrayAsync(new Uri(steady.Url, path), Cancellation);
            Assert.True(read.AsSpan().SequenceEqual(RandomContent.Bytes(contentSeed, length)), path);
        }
    }

    private static async Task<string> CreateRunAsync(HttpClient client, Uri server)
    {
        using var body = new StringContent("""{"experiment_id":"0"}""", Encoding.UTF8, "application/json");
        using var created = await client.PostAsync(new Uri(server, "/api/2.0/mlflow/runs/create"), body, Cancellation);
        using var answer = JsonDocument.Parse(await created.Content.ReadAsStringAsync(Cancellation));
        return answer.RootElement.GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!;
    }

    private static async Task UploadAsync(
        HttpClient client,
        Uri server,
        string run,
        string lane,
        List<(string Path, int Seed, int Length)> answered,
        CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var seed = StringComparer.Ordinal.GetHashCode(lane) ^ i;
            var length = i % 3 == 2 ? 9_000_000 : 40_000;
            var path = $"/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/{lane}/{i}.bin";
            try
            {
                using var content = new ByteArrayContent(RandomContent.Bytes(seed, length));
                using var put = await client.PutAsync(new Uri(server, path), content, stop);
                if (!put.IsSuccessStatusCode) Assert.Fail(await put.Content.ReadAsStringAsync(CancellationToken.None));
                lock (answered) answered.Add((path, seed, length));
            }
            catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
            {
                // Killed: nothing was promised.
                return;
            }
        }
    }

    /// <summary>Roots that another thread changes.</summary>
    private sealed class Locked(Roots roots, object gate) : ILiveObjects
    {
        public ValueTask NameAsync(ILiveMarks marks, CancellationToken cancellation)
        {
            Roots now;
            lock (gate) now = new Roots([.. roots.Ids]);
            return now.NameAsync(marks, cancellation);
        }
    }
}
