using Weighhouse.TestKit;

namespace Weighhouse.Tests.Server.Crash;

/// <summary>Power cuts, as near as a process can come: the real server, killed at any moment under load, again and again.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Workers = 4;
    private const int Kills = 50;
    private const int VerifyEvery = 10;
    private const int LoadMsMax = 300;

    [Fact]
    public async Task What_the_server_acknowledged_survives_fifty_kills_under_load()
    {
        var seed = TestSeed.Next() & 0xFFFF;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        var work = Enumerable.Range(0, Workers).Select(worker => new LoggedWork(worker, seed)).ToArray();
        for (var kill = 1; kill <= Kills; kill++)
        {
            await using var server = await WeighProcess.StartAsync(folder["data"]);
            using var client = new HttpClient { BaseAddress = server.Url };
            if (kill % VerifyEvery == 0) await VerifyAsync(work, client);
            var running = work.Select(one => Task.Run(() => one.RunAsync(client))).ToArray();
            // The moment is the point of this test: nothing is waited for.
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(LoadMsMax)), TimeProvider.System);
            await server.KillAsync();
            await Task.WhenAll(running);
        }

        await using var last = await WeighProcess.StartAsync(folder["data"]);
        using var lastClient = new HttpClient { BaseAddress = last.Url };
        await VerifyAsync(work, lastClient);
        var points = work.Sum(one => one.AcknowledgedPoints);
        output.WriteLine($"{points} acknowledged points are there after {Kills} kills");
        Assert.True(points > Kills, "The load did not load: hardly anything was acknowledged.");
        Assert.Equal(0, await last.StopAsync());
    }

    private static Task VerifyAsync(LoggedWork[] work, HttpClient client) => Task.WhenAll(work.Select(one => one.VerifyAsync(client)));
}
