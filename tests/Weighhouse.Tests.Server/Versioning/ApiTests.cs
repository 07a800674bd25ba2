using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Versioning;

public sealed class ApiTests
{
    private const string Api = $"/api/v1/repositories/{VersioningServer.Repo}";

    [Theory, OnEveryEngine]
    public async Task A_repository_is_made_listed_changed_deleted_and_brought_back(DatabaseEngine engine)
    {
        await using var server = await VersioningServer.StartAsync(engine);
        var (created, _) = await server.SendAsync(HttpMethod.Post, "/api/v1/repositories", new { name = "faces", description = "d" });
        Assert.Equal((HttpStatusCode.Created, "/api/v1/repositories/faces"), (created.StatusCode, created.Headers.Location?.ToString()));
        var (twice, _) = await server.SendAsync(HttpMethod.Post, "/api/v1/repositories", new { name = "faces" });
        Assert.Equal(HttpStatusCode.Conflict, twice.StatusCode);
        foreach (var name in new[] { "", "../x", "a b", ".hidden", "x.git", "a/b", new string('a', 101), "a..b" })
        {
            var (refused, problem) = await server.SendAsync(HttpMethod.Post, "/api/v1/repositories", new { name });
            Assert.Equal(
                (HttpStatusCode.BadRequest, "application/problem+json", "name"),
                (refused.StatusCode, refused.Content.Headers.ContentType?.MediaType, problem.GetProperty("field").GetString()));
        }

        var listed = await server.OkAsync(HttpMethod.Get, "/api/v1/repositories?page_size=1");
        Assert.Equal("digits", listed.GetProperty("repositories")[0].GetProperty("name").GetString());
        listed = await server.OkAsync(
            HttpMethod.Get, $"/api/v1/repositories?page_size=1&page_token={listed.GetProperty("nextPageToken").GetString()}");
        Assert.Equal("faces", listed.GetProperty("repositories")[0].GetProperty("name").GetString());
        Assert.False(listed.TryGetProperty("nextPageToken", out _));
        var changed = await server.OkAsync(HttpMethod.Patch, "/api/v1/repositories/faces", new { defaultBranch = "trunk", quotaBytes = 5 });
        Assert.Equal(("trunk", 5, "d"), (
            changed.GetProperty("defaultBranch").GetString(), changed.GetProperty("quotaBytes").GetInt32(),
            changed.GetProperty("description").GetString()));
        await server.OkAsync(HttpMethod.Delete, "/api/v1/repositories/faces");
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(HttpMethod.Get, "/api/v1/repositories/faces")).Answer.StatusCode);
        Assert.Equal(
            1, (await server.OkAsync(HttpMethod.Get, "/api/v1/repositories?deleted=true")).GetProperty("repositories").GetArrayLength());
        await server.OkAsync(HttpMethod.Post, "/api/v1/repositories/faces/restore");
        await server.OkAsync(HttpMethod.Get, "/api/v1/repositories/faces");
    }

    [Theory, OnEveryEngine]
    public async Task A_file_comes_whole_in_part_or_not_again(DatabaseEngine engine)
    {
        await using var server = await VersioningServer.StartAsync(engine);
        await PushAsync(server, ("x/数据.bin", Encoding.ASCII.GetBytes("0123456789")), ("empty", []));
        var path = $"{Api}/files/x/{Uri.EscapeDataString("数据.bin")}";
        using var whole = await server.Client.GetAsync(path, Cancellation);
        Assert.Equal("0123456789", await whole.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(("nosniff", "attachment"), (
            whole.Headers.GetValues("X-Content-Type-Options").Single(), whole.Content.Headers.ContentDisposition?.DispositionType));
        foreach (var (range, status, content) in new[]
                 {
                     ("bytes=2-4", HttpStatusCode.PartialContent, "234"), ("bytes=7-", HttpStatusCode.PartialContent, "789"),
                     ("bytes=-3", HttpStatusCode.PartialContent, "789"), ("bytes=0-99", HttpStatusCode.PartialContent, "0123456789"),
                     ("bytes=10-", HttpStatusCode.RequestedRangeNotSatisfiable, ""),
                     ("bytes=-0", HttpStatusCode.RequestedRangeNotSatisfiable, ""),
                     ("bytes=0-1,3-4", HttpStatusCode.OK, "0123456789"), ("lines=0-1", HttpStatusCode.OK, "0123456789"),
                 })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            Assert.True(request.Headers.TryAddWithoutValidation("Range", range));
            using var part = await server.Client.SendAsync(request, Cancellation);
            Assert.Equal((status, content), (part.StatusCode, await part.Content.ReadAsStringAsync(Cancellation)));
        }

        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(whole.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await server.Client.SendAsync(again, Cancellation)).StatusCode);
        using var stale = new HttpRequestMessage(HttpMethod.Get, path);
        stale.Headers.Range = new RangeHeaderValue(0, 1);
        stale.Headers.IfRange = new RangeConditionHeaderValue("\"other\"");
        Assert.Equal(HttpStatusCode.OK, (await server.Client.SendAsync(stale, Cancellation)).StatusCode);
        using var head = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path), Cancellation);
        Assert.Equal(10, head.Content.Headers.ContentLength);
        Assert.Empty(await server.Client.GetByteArrayAsync($"{Api}/files/empty", Cancellation));
        foreach (var (wrong, status) in new[]
                 {
                     ("x", HttpStatusCode.Conflict), ("none", HttpStatusCode.NotFound), ("x/.git/config", HttpStatusCode.BadRequest),
                     ("empty?revision=nobody", HttpStatusCode.NotFound),
                 }) Assert.Equal(status, (await server.Client.GetAsync($"{Api}/files/{wrong}", Cancellation)).StatusCode);
    }

    [Theory, OnEveryEngine]
    public async Task A_history_is_read_compared_and_merged(DatabaseEngine engine)
    {
        await using var server = await VersioningServer.StartAsync(engine);
        var first = await PushAsync(server, ("a", "1"u8.ToArray()), ("b/c", "1"u8.ToArray()));
        var branch = await server.OkAsync(HttpMethod.Put, $"{Api}/branches/feature/one", new { commit = "main" });
        Assert.Equal(("heads/feature/one", first), (branch.GetProperty("name").GetString(), branch.GetProperty("commit").GetString()));
        var ours = await PushAsync(server, "heads/main", first, ("a", "2"u8.ToArray()), ("b/c", "1"u8.ToArray()));
        var theirs = await PushAsync(server, "heads/feature/one", first, ("a", "1"u8.ToArray()), ("b/d", "1"u8.ToArray()));
        var diff = await server.OkAsync(HttpMethod.Get, $"{Api}/diff?to=feature/one");
        Assert.Equal(("renamed", "b/d", "b/c"), (
            diff.GetProperty("changes")[0].GetProperty("kind").GetString(), diff.GetProperty("changes")[0].GetProperty("path").GetString(),
            diff.GetProperty("changes")[0].GetProperty("oldPath").GetString()));
        var compared = await server.OkAsync(HttpMethod.Get, $"{Api}/compare?from=main&to=feature/one");
        Assert.Equal((1, 1, first), (
            compared.GetProperty("ahead").GetInt32(), compared.GetProperty("behind").GetInt32(),
            compared.GetProperty("mergeBases")[0].GetString()));
        var merged = await server.OkAsync(HttpMethod.Post, $"{Api}/merge", new { into = "main", from = "feature/one" });
        Assert.Equal("committed", merged.GetProperty("result").GetString());
        var log = await server.OkAsync(HttpMethod.Get, $"{Api}/commits?page_size=2");
        Assert.Equal([ours, theirs], log.GetProperty("commits")[0].GetProperty("parents").EnumerateArray().Select(id => id.GetString()));
        var token = log.GetProperty("nextPageToken").GetString();
        var rest = await server.OkAsync(HttpMethod.Get, $"{Api}/commits?page_size=9&page_token={token}");
        Assert.Equal(2, rest.GetProperty("commits").GetArrayLength());
        var tree = await server.OkAsync(HttpMethod.Get, $"{Api}/tree?path=b");
        Assert.Equal("d", tree.GetProperty("entries")[0].GetProperty("name").GetString());
        await server.OkAsync(HttpMethod.Put, $"{Api}/tags/v1", new { commit = "main" });
        Assert.Equal(
            HttpStatusCode.Conflict, (await server.SendAsync(HttpMethod.Put, $"{Api}/tags/v1", new { commit = first })).Answer.StatusCode);
        var reverted = await server.OkAsync(HttpMethod.Post, $"{Api}/revert", new { branch = "main", commit = "main", mainline = 1 });
        var commit = await server.OkAsync(HttpMethod.Get, $"{Api}/commits/{reverted.GetProperty("head").GetString()}");
        var before = await server.OkAsync(HttpMethod.Get, $"{Api}/commits/{ours}");
        Assert.Equal(before.GetProperty("tree").GetString(), commit.GetProperty("tree").GetString());
        Assert.Equal(
            2, (await server.OkAsync(HttpMethod.Get, $"{Api}/reflog?ref=heads/main&page_size=2")).GetProperty("entries").GetArrayLength());
        var check = await server.OkAsync(HttpMethod.Post, $"{Api}/check");
        Assert.Equal((5, 0), (check.GetProperty("commits").GetInt32(), check.GetProperty("damages").GetArrayLength()));
        Assert.Equal(
            HttpStatusCode.NoContent, (await server.SendAsync(HttpMethod.Delete, $"{Api}/branches/feature/one")).Answer.StatusCode);
    }

    [Theory, OnEveryEngine]
    public async Task A_conflict_is_an_answer_with_the_places_to_choose(DatabaseEngine engine)
    {
        await using var server = await VersioningServer.StartAsync(engine);
        var first = await PushAsync(server, ("a", "1"u8.ToArray()));
        await server.OkAsync(HttpMethod.Put, $"{Api}/branches/side", new { commit = first });
        await PushAsync(server, "heads/main", first, ("a", "2"u8.ToArray()));
        await PushAsync(server, "heads/side", first, ("a", "3"u8.ToArray()));
        var merged = await server.OkAsync(HttpMethod.Post, $"{Api}/merge", new { into = "main", from = "side" });
        Assert.Equal(("conflicts", "a", "both_modified"), (
            merged.GetProperty("result").GetString(), merged.GetProperty("conflicts")[0].GetProperty("path").GetString(),
            merged.GetProperty("conflicts")[0].GetProperty("kind").GetString()));
        merged = await server.OkAsync(
            HttpMethod.Post, $"{Api}/merge",
            new { into = "main", from = "side", paths = new[] { new { path = "a", choice = "theirs" } } });
        Assert.Equal("committed", merged.GetProperty("result").GetString());
        Assert.Equal("3", await server.Client.GetStringAsync($"{Api}/files/a", Cancellation));
        var coin = await server.SendAsync(HttpMethod.Post, $"{Api}/merge", new { into = "main", from = "side", strategy = "coin" });
        Assert.Equal(HttpStatusCode.BadRequest, coin.Answer.StatusCode);
    }

    [Theory, OnEveryEngine]
    public async Task Lineage_is_recorded_and_walked(DatabaseEngine engine)
    {
        await using var server = await VersioningServer.StartAsync(engine);
        var edges = new[] { new { source = "dataset:d", relation = "trained", destination = "run:1" } };
        await server.OkAsync(HttpMethod.Post, "/api/v1/lineage", new { edges });
        var why = await server.OkAsync(HttpMethod.Get, "/api/v1/lineage/why?node=run:1");
        Assert.Equal("dataset:d", why.GetProperty("nodes")[1].GetProperty("node").GetString());
        Assert.Equal(
            HttpStatusCode.BadRequest, (await server.SendAsync(HttpMethod.Get, "/api/v1/lineage/impact?node=run")).Answer.StatusCode);
    }

    private static Task<string> PushAsync(VersioningServer server, params (string, byte[])[] files) =>
        PushAsync(server, "heads/main", null, files);

    /// <summary>A commit of these files, pushed to the branch.</summary>
    internal static async Task<string> PushAsync(
        VersioningServer server, string branch, string? parent, params (string Path, byte[] Content)[] files)
    {
        Digest? old = null;
        if (parent is not null)
        {
            Assert.True(Digest.TryParse(parent, out var id));
            old = id;
        }

        var commit = await server.CommitAsync(server.Store, old is null ? [] : [old.Value], files);
        Assert.True((await new Courier(server, server.Store).MoveAsync(commit, old, branch)).IsSuccessStatusCode);
        return commit.ToString();
    }
}
