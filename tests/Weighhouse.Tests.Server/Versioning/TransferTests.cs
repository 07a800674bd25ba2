using System.Net;
using System.Text;
using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using Weighhouse.Versioning.Objects;
using Weighhouse.Versioning.Transfer;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Versioning;

public sealed class TransferTests(ITestOutputHelper output)
{
    private const string Door = $"/repos/{VersioningServer.Repo}";

    [Theory, OnEveryEngine]
    public async Task What_is_pushed_is_pulled_byte_by_byte(DatabaseEngine engine)
    {
        await using var server = await VersioningServer.StartAsync(engine);
        var random = Seeded();
        var (theirs, mine) = (server.OpenStore("theirs"), server.OpenStore("mine"));
        var pusher = new Courier(server, theirs);
        var large = Bytes(random, 3_000_000);
        var first = await server.CommitAsync(theirs, [], ("large.bin", large), ("a/b/c.txt", "text"u8.ToArray()), ("empty", []));
        Assert.Equal(HttpStatusCode.NoContent, (await pusher.PushAsync(first, null)).StatusCode);
        Assert.Equal(2, pusher.Negotiations);
        var before = pusher.SentBytes;
        large[1_500_000] ^= 1;
        var second = await server.CommitAsync(theirs, [first], ("large.bin", large), ("a/b/c.txt", "text"u8.ToArray()), ("empty", []));
        Assert.Equal(HttpStatusCode.NoContent, (await pusher.PushAsync(second, first)).StatusCode);
        Assert.InRange(pusher.SentBytes - before, 1, 600_000);

        var puller = new Courier(server, mine);
        await PullAsync(puller, [first.ToString()]);
        var plan = await puller.PlanAsync([second.ToString()], first.ToString());
        Assert.InRange(plan.Sum(id => (long)theirs.Describe(id)!.Value.StoredBytes), 1, 600_000);
        await PullAsync(puller, [second.ToString()], first.ToString());
        var (nodes, files) = new Courier(server, theirs).Below(second);
        Assert.Equal(nodes, puller.Below(second).Nodes);
        foreach (var file in files) Assert.Equal(await ReadAsync(theirs, file), await ReadAsync(mine, file));
        Assert.Contains(large, await Task.WhenAll(files.Select(file => ReadAsync(mine, file))));
        Assert.Empty(await puller.PlanAsync([second.ToString()], second.ToString()));
    }

    [Theory, OnEveryEngine]
    public async Task An_upload_that_is_cut_goes_on_where_it_stands(DatabaseEngine engine)
    {
        await using var server = await VersioningServer.StartAsync(engine);
        var random = Seeded();
        var theirs = server.OpenStore("theirs");
        var courier = new Courier(server, theirs);
        var commit = await server.CommitAsync(theirs, [], ("large.bin", Bytes(random, 2_000_000)));
        var (nodes, files) = courier.Below(commit);
        var chunks = files.SelectMany(file => Got(theirs.Recipe(file)).Chunks.Select(chunk => chunk.Id));
        var pack = courier.Pack(chunks.Concat(files).Concat(nodes).Append(commit));
        var name = Courier.NewPack();
        Assert.Null(await courier.StandsAsync(name));
        // A part that ends within an object: what is whole stays, the rest is sent again.
        using (var cut = await courier.UploadAsync(name, 0, pack[..(pack.Length / 2)])) Assert.True(cut.IsSuccessStatusCode);
        var stands = (await courier.StandsAsync(name))!.Value;
        Assert.InRange(stands, pack.Length / 2 - 300_000, pack.Length / 2);
        using (var wrong = await courier.UploadAsync(name, 0, pack)) Assert.Equal(HttpStatusCode.Conflict, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await courier.MoveAsync(commit, null)).StatusCode);
        using (var rest = await courier.UploadAsync(name, stands, pack[(int)stands..])) Assert.True(rest.IsSuccessStatusCode);
        Assert.Equal(pack.Length, await courier.StandsAsync(name));
        Assert.Equal(HttpStatusCode.NoContent, (await courier.MoveAsync(commit, null)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync(HttpMethod.Delete, $"{Door}/packs/{name}")).Answer.StatusCode);
        Assert.Null(await courier.StandsAsync(name));
    }

    [Theory, OnEveryEngine]
    public async Task A_forged_object_is_refused_and_what_came_before_it_is_kept(DatabaseEngine engine)
    {
        await using var server = await VersioningServer.StartAsync(engine);
        var theirs = server.OpenStore("theirs");
        var courier = new Courier(server, theirs);
        var commit = await server.CommitAsync(theirs, [], ("a", "honest"u8.ToArray()), ("b", "forged"u8.ToArray()));
        var (_, files) = courier.Below(commit);
        var honest = Assert.Single(files, file => Encoding.UTF8.GetString(ReadAsync(theirs, file).Result) == "honest");
        var forged = files.Single(file => file != honest);
        var pack = courier.Pack([honest, forged]);
        pack[^1] ^= 1;
        using var answer = await courier.UploadAsync(Courier.NewPack(), 0, pack);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.True(server.Store.Contains(honest));
        Assert.False(server.Store.Contains(forged));
    }

    [Theory, OnEveryEngine]
    public async Task A_ref_does_not_move_to_what_is_not_complete(DatabaseEngine engine)
    {
        await using var server = await VersioningServer.StartAsync(engine);
        var theirs = server.OpenStore("theirs");
        var courier = new Courier(server, theirs);
        var commit = await server.CommitAsync(theirs, [], ("x/y", "content"u8.ToArray()), ("z", "more"u8.ToArray()));
        var (nodes, files) = courier.Below(commit);
        // Everything but one object, each in turn: the answer names the place.
        foreach (var left in nodes.Concat(files).Append(commit).ToList())
        {
            var pack = courier.Pack(nodes.Concat(files).Append(commit).Where(id => id != left && !server.Store.Contains(id)).Take(1));
            using var sent = await courier.UploadAsync(Courier.NewPack(), 0, pack);
            Assert.True(sent.IsSuccessStatusCode);
            var refused = await courier.MoveAsync(commit, null);
            if (nodes.Concat(files).Append(commit).All(server.Store.Contains)) break;
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
            Assert.Contains("Send", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        }

        using (await courier.UploadAsync(Courier.NewPack(), 0, courier.Pack(nodes.Concat(files).Append(commit))))
            Assert.True((await courier.MoveAsync(commit, null, "heads/again")).IsSuccessStatusCode);
    }

    [Theory, OnEveryEngine]
    public async Task Trees_that_lie_about_sizes_or_nest_without_end_are_refused(DatabaseEngine engine)
    {
        await using var server = await VersioningServer.StartAsync(engine, new VersioningOptions { FolderDepthMax = 16 });
        var theirs = server.OpenStore("theirs");
        var courier = new Courier(server, theirs);
        using var writer = theirs.BeginWrite();
        var inner = Got(new TreeWriter(writer).Write([]));
        var lie = Got(new TreeWriter(writer).Write([new TreeEntry("x", EntryKind.Folder, false, inner.Id, 7)]));
        var deep = inner;
        for (var i = 0; i < 20; i++) deep = Got(new TreeWriter(writer).Write([TreeEntry.Folder("a", deep), TreeEntry.Folder("b", deep)]));
        foreach (var (tree, word) in new[] { (lie, "says 7"), (deep, "folders deep") })
        {
            var commit = new Commit(tree.Id, [], new CommitAuthor("Eve"), 1, "hostile", Commit.NoFacts, []);
            var id = Got(CommitCodec.Store(writer, commit));
            Got(await writer.CommitAsync(Cancellation));
            using (await courier.UploadAsync(Courier.NewPack(), 0, courier.Pack(courier.Below(id).Nodes.Append(id))))
            {
                var refused = await courier.MoveAsync(id, null);
                Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
                Assert.Contains(word, await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
            }
        }
    }

    [Theory, OnEveryEngine]
    public async Task A_full_quota_stops_a_push_and_content_that_was_there_costs_nothing(DatabaseEngine engine)
    {
        await using var server = await VersioningServer.StartAsync(engine);
        var theirs = server.OpenStore("theirs");
        var courier = new Courier(server, theirs);
        await server.OkAsync(HttpMethod.Patch, $"/api/v1/repositories/{VersioningServer.Repo}", new { quotaBytes = 100_000 });
        var commit = await server.CommitAsync(theirs, [], ("a", Bytes(Seeded(), 10_000)));
        Assert.True((await courier.PushAsync(commit, null)).IsSuccessStatusCode);
        var facts = await server.OkAsync(HttpMethod.Get, $"/api/v1/repositories/{VersioningServer.Repo}");
        Assert.InRange(facts.GetProperty("addedBytes").GetInt64(), 10_000, 12_000);
        var again = courier.Pack(courier.Below(commit).Files);
        using (var free = await courier.UploadAsync(Courier.NewPack(), 0, again)) Assert.True(free.IsSuccessStatusCode);
        var large = await server.CommitAsync(theirs, [commit], ("a", Bytes(Seeded(), 200_000)));
        var chunks = courier.Below(large).Files.SelectMany(file => Got(theirs.Recipe(file)).Chunks.Select(chunk => chunk.Id));
        using var full = await courier.UploadAsync(Courier.NewPack(), 0, courier.Pack(chunks));
        Assert.Equal(HttpStatusCode.InsufficientStorage, full.StatusCode);
    }

    [Theory, OnEveryEngine]
    public async Task A_pull_goes_on_at_any_place_and_leaves_out_what_is_there(DatabaseEngine engine)
    {
        await using var server = await VersioningServer.StartAsync(engine);
        var (theirs, mine) = (server.OpenStore("theirs"), server.OpenStore("mine"));
        var commit = await server.CommitAsync(theirs, [], ("a", Bytes(Seeded(), 500_000)), ("b/c", "small"u8.ToArray()));
        Assert.True((await new Courier(server, theirs).PushAsync(commit, null)).IsSuccessStatusCode);
        var courier = new Courier(server, mine);
        string[] want = [commit.ToString()];
        var plan = await courier.PlanAsync(want);
        Assert.Equal(commit, plan[^1]);
        Assert.Equal(plan.Take(2), await courier.FetchAsync(want, [], 0, 2));
        var lacking = new byte[(plan.Count + 7) / 8];
        for (var i = 0; i < plan.Count; i++)
            if (!mine.Contains(plan[i])) lacking[i / 8] |= (byte)(1 << (i % 8));
        Assert.Equal(plan.Skip(2), await courier.FetchAsync(want, [], 0, plan.Count, lacking));
        Assert.Equal(courier.Below(commit).Nodes, new Courier(server, theirs).Below(commit).Nodes);
    }

    [Theory, OnEveryEngine]
    public async Task Who_may_only_look_pulls_and_a_stranger_finds_nothing(DatabaseEngine engine)
    {
        await using var server = await VersioningServer.StartAsync(engine);
        var theirs = server.OpenStore("theirs");
        var commit = await server.CommitAsync(theirs, [], ("a", "1"u8.ToArray()));
        Assert.True((await new Courier(server, theirs).PushAsync(commit, null)).IsSuccessStatusCode);
        var plan = new { want = new[] { commit.ToString() } };
        foreach (var (method, path, body, viewer, stranger) in new (HttpMethod, string, object?, int, int)[]
                 {
                     (HttpMethod.Get, Door, null, 200, 404), (HttpMethod.Get, $"{Door}/refs", null, 200, 404),
                     (HttpMethod.Post, $"{Door}/plan", plan, 200, 404), (HttpMethod.Post, $"{Door}/fetch", plan, 200, 404),
                     (HttpMethod.Post, $"{Door}/negotiate", null, 403, 404), (HttpMethod.Post, $"{Door}/refs", new { }, 403, 404),
                     (HttpMethod.Delete, $"{Door}/packs/{Courier.NewPack()}", null, 403, 404),
                 })
        {
            Assert.Equal(viewer, (int)(await server.SendAsync(method, path, body, "viewer")).Answer.StatusCode);
            Assert.Equal(stranger, (int)(await server.SendAsync(method, path, body, "stranger")).Answer.StatusCode);
        }
    }

    [Fact]
    public async Task Rubbish_is_refused_with_a_reason()
    {
        await using var server = await VersioningServer.StartAsync(DatabaseEngine.Sqlite);
        var courier = new Courier(server, server.OpenStore("theirs"));
        var random = Seeded();
        for (var round = 0; round < 200; round++)
        {
            var bytes = Bytes(random, random.Next(300));
            if (random.Next(2) == 0) bytes = [.. WireRecord.Magic, .. bytes];
            if (bytes.Length > 12 && random.Next(2) == 0) bytes[8] = (byte)random.Next(1, 5);
            if (bytes.Length > 12 && random.Next(2) == 0) (bytes[9], bytes[10], bytes[11]) = (0, 0, 0);
            using var answer = await courier.UploadAsync(Courier.NewPack(), 0, bytes);
            Assert.True((int)answer.StatusCode is 204 or 400, $"{(int)answer.StatusCode}: {Convert.ToHexString(bytes)}");
        }

        object[] bodies = [new { want = new[] { "x" } }, new { commits = new[] { "x" } }, new { want = 7 }, new[] { 1 }];
        foreach (var path in new[] { "plan", "fetch", "refs" })
            foreach (var body in bodies)
                Assert.InRange((int)(await server.SendAsync(HttpMethod.Post, $"{Door}/{path}", body)).Answer.StatusCode, 200, 409);
        using var odd = await server.Client.PostAsync($"{Door}/negotiate", new ByteArrayContent(new byte[33]), Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, odd.StatusCode);
        using var name = await courier.UploadAsync("../../etc/passwd", 0, []);
        Assert.Equal(HttpStatusCode.NotFound, name.StatusCode);
    }

    private static async Task PullAsync(Courier courier, string[] want, params string[] have)
    {
        var plan = await courier.PlanAsync(want, have);
        Assert.Equal(plan, await courier.FetchAsync(want, have, 0, plan.Count));
    }

    private static async Task<byte[]> ReadAsync(IObjectStore store, Digest file)
    {
        using var target = new MemoryStream();
        var pipe = System.IO.Pipelines.PipeWriter.Create(target, new System.IO.Pipelines.StreamPipeWriterOptions(leaveOpen: true));
        Got(await store.CopyToAsync(file, 0, Got(store.Recipe(file)).SizeBytes, pipe, Cancellation));
        return target.ToArray();
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private Random Seeded()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"WEIGH_SEED={seed}");
        return new Random(seed);
    }
}
