using System.Net;
using System.Text.Json;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Versioning;

public sealed class StoreApiTests
{
    private const string Api = "/api/v1/store";

    [Theory, OnEveryEngine]
    public async Task What_each_repository_takes_is_told_apart_into_shared_and_its_own(DatabaseEngine engine)
    {
        await using var server = await VersioningServer.StartAsync(engine);
        Got(await server.Database.Get<IRepositories>().CreateAsync(Principal.Local, new NewRepository("faces"), Cancellation));
        var (shared, own, loose) = (Noise(1, 100_000), Noise(2, 50_000), Noise(3, 30_000));
        await CommitAsync(server, VersioningServer.Repo, ("shared", shared));
        await CommitAsync(server, "faces", ("also/shared", shared), ("own", own));
        await server.CommitAsync(server.Store, [], ("loose", loose));

        var before = await server.OkAsync(HttpMethod.Get, Api);
        Assert.False(before.TryGetProperty("usage", out _));
        Assert.InRange(before.GetProperty("dataPacks").GetProperty("bytes").GetInt64(), 180_000, 182_000);
        await server.OkAsync(HttpMethod.Post, Api + "/measure");
        var usage = (await server.OkAsync(HttpMethod.Get, Api)).GetProperty("usage");

        Assert.InRange(usage.GetProperty("liveBytes").GetInt64(), 150_000, 152_000);
        Assert.InRange(usage.GetProperty("sharedBytes").GetInt64(), 100_000, 101_000);
        Assert.InRange(usage.GetProperty("deadBytes").GetInt64(), 30_000, 33_000);
        var owners = usage.GetProperty("owners").EnumerateArray().ToDictionary(static owner => owner.GetProperty("name").GetString()!);
        Assert.Equal(["digits", "faces"], owners.Keys.Order());
        Assert.All(owners.Values, static owner => Assert.Equal("repository", owner.GetProperty("kind").GetString()));
        Assert.InRange(Bytes(owners["digits"], "ownBytes"), 100, 1_000);
        Assert.InRange(Bytes(owners["faces"], "ownBytes"), 50_000, 51_000);
        Assert.All(owners.Values, static owner => Assert.InRange(Bytes(owner, "sharedBytes"), 100_000, 101_000));
    }

    [Theory, OnEveryEngine]
    public async Task A_collection_is_previewed_taken_and_taken_back(DatabaseEngine engine)
    {
        await using var server = await VersioningServer.StartAsync(engine);
        await CommitAsync(server, VersioningServer.Repo, ("kept", Noise(1, 10_000)));
        await server.CommitAsync(server.Store, [], ("loose", Noise(3, 300_000)));

        var preview = await server.OkAsync(HttpMethod.Post, Api + "/collect", new { preview = true });
        Assert.Equal("condemned", preview.GetProperty("phase").GetString());
        Assert.False((await server.OkAsync(HttpMethod.Get, Api)).TryGetProperty("condemned", out _));
        await server.OkAsync(HttpMethod.Post, Api + "/collect", new { graceHours = 0 });
        var condemned = await server.OkAsync(HttpMethod.Get, Api);
        Assert.InRange(condemned.GetProperty("condemned").GetProperty("bytes").GetInt64(), 300_000, 320_000);
        Assert.Equal("condemned", condemned.GetProperty("lastCollection").GetProperty("phase").GetString());
        await server.OkAsync(HttpMethod.Post, Api + "/collect/undo");
        Assert.False((await server.OkAsync(HttpMethod.Get, Api)).TryGetProperty("condemned", out _));
        await server.OkAsync(HttpMethod.Post, Api + "/collect", new { graceHours = 0 });
        var deleted = await server.OkAsync(HttpMethod.Post, Api + "/collect", new { graceHours = 0 });
        Assert.Equal("deleted", deleted.GetProperty("phase").GetString());
        Assert.InRange(deleted.GetProperty("freedBytes").GetInt64(), 300_000, 320_000);
        var check = await server.OkAsync(HttpMethod.Post, Api + "/check?data=true");
        Assert.Equal((0, 1), (check.GetProperty("damageCount").GetInt32(), check.GetProperty("named").GetProperty("files").GetInt32()));
        var (refused, _) = await server.SendAsync(HttpMethod.Post, Api + "/collect", new { graceHours = -1 });
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Theory, OnEveryEngine]
    public async Task A_collection_counts_anew_what_each_repository_is_charged(DatabaseEngine engine)
    {
        // What a branch has lost cannot be brought back, not even within the millisecond.
        var options = new VersioningOptions { RestoreWithin = TimeSpan.FromMilliseconds(-1) };
        await using var server = await VersioningServer.StartAsync(engine, options);
        var repositories = server.Database.Get<IRepositories>();
        Got(await repositories.CreateAsync(Principal.Local, new NewRepository("faces"), Cancellation));
        Got(await repositories.ChangeAsync(
            Principal.Local, VersioningServer.Repo, new RepositoryChange(QuotaBytes: 250_000), Cancellation));
        var (shared, own) = (Noise(1, 200_000), Noise(2, 50_000));
        var dropped = await CommitAsync(server, VersioningServer.Repo, ("shared", shared));
        await CommitAsync(server, "faces", ("also/shared", shared), ("own", own));
        await CollectAsync(server);
        Assert.Equal((200_000, 50_000), await ChargedAsync());
        var theirs = server.OpenStore("theirs");
        var courier = new Courier(server, theirs);
        var later = await server.CommitAsync(theirs, [], ("new", Noise(3, 100_000)));
        using (var full = await courier.UploadAsync(Courier.NewPack(), 0, PackOf(later)))
            Assert.Equal(HttpStatusCode.InsufficientStorage, full.StatusCode);

        var small = await server.CommitAsync(server.Store, [], ("small", [1]));
        Got(await server.Database.Get<IRefs>().UpdateAsync(
            Principal.Local, VersioningServer.Repo, new RefUpdate([new("heads/main", dropped, small, Force: true)], "drop", [small]),
            Cancellation));
        await server.OkAsync(HttpMethod.Post, Api + "/collect", new { preview = true });
        Assert.Equal((200_000, 50_000), await ChargedAsync());
        await CollectAsync(server);

        // What both had is now charged to the one that has it still.
        Assert.Equal((1, 250_000), await ChargedAsync());
        var last = await server.CommitAsync(theirs, [], ("last", Noise(4, 100_000)));
        using (var fits = await courier.UploadAsync(Courier.NewPack(), 0, PackOf(last))) Assert.True(fits.IsSuccessStatusCode);
        Assert.Equal((100_001, 250_000), await ChargedAsync());

        byte[] PackOf(Digest commit) =>
            courier.Pack(courier.Below(commit).Files.SelectMany(file => Got(theirs.Recipe(file)).Chunks.Select(chunk => chunk.Id)));

        async Task<(long Digits, long Faces)> ChargedAsync() => (
            Got(await repositories.GetAsync(Principal.Local, VersioningServer.Repo, Cancellation)).AddedBytes,
            Got(await repositories.GetAsync(Principal.Local, "faces", Cancellation)).AddedBytes);
    }

    [Fact]
    public async Task Only_administrators_of_the_server_see_and_touch_the_store()
    {
        await using var server = await VersioningServer.StartAsync(DatabaseEngine.Sqlite);
        foreach (var (method, path) in new[]
                 {
                     (HttpMethod.Get, ""), (HttpMethod.Post, "/measure"), (HttpMethod.Post, "/collect"), (HttpMethod.Post, "/collect/undo"),
                     (HttpMethod.Post, "/check"),
                 })
        {
            var (refused, _) = await server.SendAsync(method, Api + path, new { preview = true }, user: "viewer");
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }
    }

    private static async Task CollectAsync(VersioningServer server)
    {
        for (var step = 0; step < 2; step++) await server.OkAsync(HttpMethod.Post, Api + "/collect", new { graceHours = 0 });
    }

    private static async Task<Digest> CommitAsync(
        VersioningServer server, string repository, params (string Path, byte[] Content)[] files)
    {
        var commit = await server.CommitAsync(server.Store, [], files);
        var update = new RefUpdate([new RefChange("heads/main", null, commit)], "commit", [commit]);
        Got(await server.Database.Get<IRefs>().UpdateAsync(Principal.Local, repository, update, Cancellation));
        return commit;
    }

    private static long Bytes(JsonElement owner, string name) => owner.GetProperty(name).GetInt64();

    private static byte[] Noise(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
