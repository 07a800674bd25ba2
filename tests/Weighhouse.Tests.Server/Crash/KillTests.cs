using Weighhouse.Data;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Server.Crash;

/// <summary>Power cuts, as near as a process can come: the real server, killed at any moment under load, again and again.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Workers = 4;
    private const int VerifyEvery = 4;
    /// <summary>
    /// On SQLite the killed process is the one that writes the disk. On PostgreSQL that is another, which goes on: a few kills show what
    /// becomes of its connections, locks and leases. There a server's first write waits 300 ms for its connections.
    /// </summary>
    [Theory]
    [InlineData(DatabaseEngine.Sqlite, 50, 300)]
    [InlineData(DatabaseEngine.PostgreSql, 8, 1_500)]
    public async Task What_the_server_acknowledged_survives_kills_under_load(DatabaseEngine engine, int kills, int loadMsMax)
    {
        var seed = TestSeed.Next() & 0xFFFF;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        string[] options = engine is DatabaseEngine.PostgreSql
            ? ["--database", await (await PostgresServer.GetAsync()).CreateDatabaseAsync()]
            : [];
        var work = Enumerable.Range(0, Workers).Select(worker => new LoggedWork(worker, seed)).ToArray();
        for (var kill = 1; kill <= kills; kill++)
        {
            await using var server = await WeighProcess.StartAsync(folder["data"], null, options);
            using var client = new HttpClient { BaseAddress = server.Url };
            if (kill % VerifyEvery == 0) await VerifyAsync(work, client);
            var running = work.Select(one => Task.Run(() => one.RunAsync(client))).ToArray();
            // The moment is the point of this test: nothing is waited for.
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(loadMsMax)), TimeProvider.System);
            await server.KillAsync();
            await Task.WhenAll(running);
        }

        await using var last = await WeighProcess.StartAsync(folder["data"], null, options);
        using var lastClient = new HttpClient { BaseAddress = last.Url };
        await VerifyAsync(work, lastClient);
        var points = work.Sum(one => one.AcknowledgedPoints);
        output.WriteLine($"{points} acknowledged points are there after {kills} kills");
        Assert.True(points > kills, "The load did not load: hardly anything was acknowledged.");
        Assert.Equal(0, await last.StopAsync());
    }

    private static Task VerifyAsync(LoggedWork[] work, HttpClient client) => Task.WhenAll(work.Select(one => one.VerifyAsync(client)));
}
