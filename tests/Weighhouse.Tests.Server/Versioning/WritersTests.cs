using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Versioning;

/// <summary>Many who push to one branch at once through the door: each push lands or hears that another was quicker.</summary>
public sealed class WritersTests(ITestOutputHelper output)
{
    private const int Writers = 8, LandedEach = 6, FilesMax = 4;

    [Theory, OnEveryEngine]
    public async Task Every_push_lands_or_is_a_conflict_and_none_that_landed_is_lost(DatabaseEngine engine)
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        await using var server = await VersioningServer.StartAsync(engine);
        var root = await server.CommitAsync(server.Store, [], ("root", [1]));
        var begin = new RefUpdate([new RefChange("heads/main", null, root)], "begin", [root]);
        Got(await server.Database.Get<IRefs>().UpdateAsync(Principal.Local, VersioningServer.Repo, begin, Cancellation));
        var stores = Enumerable.Range(0, Writers).Select(writer => server.OpenStore($"writer{writer}")).ToList();
        var landed = new ConcurrentDictionary<Digest, int>();
        var conflicts = 0;

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var random = new Random(seed + writer);
            var courier = new Courier(server, stores[writer]);
            for (var count = 0; count < LandedEach;)
            {
                var head = await HeadAsync(server);
                var files = Enumerable.Range(0, random.Next(1, FilesMax)).Select(file => ($"f{file}", Bytes(random, 40_000)));
                var commit = await server.CommitAsync(stores[writer], [head], [.. files]);
                using var answer = await courier.PushAsync(commit, head);
                if (answer.IsSuccessStatusCode) landed[commit] = count++;
                else if (answer.StatusCode == HttpStatusCode.Conflict) Interlocked.Increment(ref conflicts);
                else Assert.Fail($"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync(Cancellation)}");
            }
        })));

        output.WriteLine($"{landed.Count} landed, {conflicts} heard of another");
        Assert.Equal(Writers * LandedEach, landed.Count);
        var history = new List<Digest>();
        for (Digest? at = await HeadAsync(server); at is { } commit;)
        {
            history.Add(commit);
            var parents = Got(await server.Database.Get<ICommits>().GetAsync(
                Principal.Local, VersioningServer.Repo, commit, Cancellation)).Commit.Parents;
            at = parents.Count == 0 ? null : Assert.Single(parents);
        }

        Assert.Equal(landed.Keys.Append(root).ToHashSet(), history.ToHashSet());
        var check = await server.OkAsync(HttpMethod.Post, $"/api/v1/repositories/{VersioningServer.Repo}/check?data=true");
        Assert.Equal(JsonValueKind.Array, check.GetProperty("damages").ValueKind);
        Assert.Equal((0, history.Count), (check.GetProperty("damages").GetArrayLength(), check.GetProperty("commits").GetInt32()));
    }

    private static async Task<Digest> HeadAsync(VersioningServer server) => Got(await server.Database.Get<IRefs>().GetAsync(
        Principal.Local, VersioningServer.Repo, "heads/main", Cancellation)).Commit;

    private static byte[] Bytes(Random random, int lengthMax)
    {
        var bytes = new byte[random.Next(lengthMax)];
        random.NextBytes(bytes);
        return bytes;
    }
}
