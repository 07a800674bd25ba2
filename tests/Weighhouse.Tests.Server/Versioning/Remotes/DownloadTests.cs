using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Weighhouse.TestKit;
using Weighhouse.Tests.Versioning.Workspace;
using static Weighhouse.Tests.Server.Versioning.Remotes.RemoteHouse;

namespace Weighhouse.Tests.Server.Versioning.Remotes;

/// <summary>Files by plain addresses, and in the layout of model hubs: what a downloader sees.</summary>
public sealed class DownloadTests
{
    [Fact]
    public async Task A_plain_address_gives_a_file_of_any_revision_whole_and_in_parts()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServeAsync(folder);
        using var http = new HttpClient { BaseAddress = server.Url };
        var (content, commit) = await FilledAsync(server.Url);
        var address = $"/repos/{Name}/raw/main/d/page.html";
        foreach (var revision in new[] { "main", "v1", "exp%2Fone", commit, commit[..12] })
            Assert.Equal(content, await http.GetByteArrayAsync($"/repos/{Name}/raw/{revision}/d/page.html", Cancellation));

        var whole = await SendAsync(http, HttpMethod.Head, address);
        Assert.Equal((HttpStatusCode.OK, content.Length), (whole.StatusCode, whole.Content.Headers.ContentLength));
        // What somebody committed must not run in the pages of this server.
        Assert.Equal("application/octet-stream", whole.Content.Headers.ContentType?.ToString());
        Assert.Equal("attachment", whole.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal("nosniff", whole.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("bytes", whole.Headers.AcceptRanges.Single());
        var tag = whole.Headers.ETag!;
        foreach (var (range, from, to) in new[] { ("bytes=0-9", 0, 10), ("bytes=100000-", 100_000, content.Length), ("bytes=-7",
                     content.Length - 7, content.Length), ("bytes=5-99999999", 5, content.Length) })
        {
            var part = await SendAsync(http, HttpMethod.Get, address, request => request.Headers.Range = RangeHeaderValue.Parse(range));
            Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
            Assert.Equal($"bytes {from}-{to - 1}/{content.Length}", part.Content.Headers.ContentRange?.ToString());
            Assert.Equal(content[from..to], await part.Content.ReadAsByteArrayAsync(Cancellation));
        }

        var outside = await SendAsync(
            http, HttpMethod.Get, address, request => request.Headers.Range = new RangeHeaderValue(content.Length, null));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, outside.StatusCode);
        var unchanged = await SendAsync(http, HttpMethod.Get, address, request => request.Headers.IfNoneMatch.Add(tag));
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        foreach (var (known, status) in new[] { (tag, 206), (new EntityTagHeaderValue("\"other\""), 200) })
        {
            var resumed = await SendAsync(http, HttpMethod.Get, address, request =>
            {
                request.Headers.Range = new RangeHeaderValue(3, 5);
                request.Headers.IfRange = new RangeConditionHeaderValue(known);
            });
            Assert.Equal(status, (int)resumed.StatusCode);
        }

        foreach (var (path, status) in new[]
                 {
                     ("main/nothing", 404), ("nowhere/d/page.html", 404), ("main/d", 409), ("main/..%2f..%2fetc/passwd", 404),
                     ("main/.weigh/HEAD", 400),
                 })
            Assert.Equal(status, (int)(await SendAsync(http, HttpMethod.Get, $"/repos/{Name}/raw/{path}")).StatusCode);
    }

    [Fact]
    public async Task A_client_of_hubs_finds_commits_tags_lengths_and_the_list_of_files()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServeAsync(folder);
        using var http = new HttpClient { BaseAddress = server.Url };
        var (content, commit) = await FilledAsync(server.Url);
        foreach (var name in new[] { Name, $"default/{Name}", $"datasets/{Name}", $"datasets/default/{Name}" })
        {
            var head = await SendAsync(http, HttpMethod.Head, $"/hub/{name}/resolve/main/d/page.html");
            Assert.Equal((HttpStatusCode.OK, content.Length), (head.StatusCode, head.Content.Headers.ContentLength));
            Assert.Equal(commit[..40], head.Headers.GetValues("X-Repo-Commit").Single());
            Assert.NotNull(head.Headers.ETag);
            // The client goes on with the commit it was told.
            var pinned = $"/hub/{name}/resolve/{commit[..40]}/d/page.html";
            Assert.Equal(content, await http.GetByteArrayAsync(pinned, Cancellation));
            var rest = await SendAsync(http, HttpMethod.Get, pinned, request => request.Headers.Range = new RangeHeaderValue(1_000, null));
            Assert.Equal(content[1_000..], await rest.Content.ReadAsByteArrayAsync(Cancellation));
        }

        foreach (var path in new[] { "", "/revision/main", $"/revision/{commit[..40]}", "/revision/exp%2Fone" })
        {
            using var described = JsonDocument.Parse(await http.GetStringAsync($"/hub/api/models/default/{Name}{path}", Cancellation));
            Assert.Equal(commit[..40], described.RootElement.GetProperty("sha").GetString());
            Assert.Equal(
                ["a", "d/page.html"],
                described.RootElement.GetProperty("siblings").EnumerateArray().Select(
                    sibling => sibling.GetProperty("rfilename").GetString()).Order());
        }

        foreach (var (path, word) in new[]
                 {
                     ("nothing/resolve/main/a", "RepoNotFound"), ($"other/{Name}/resolve/main/a", "RepoNotFound"),
                     ($"{Name}/resolve/nowhere/a", "RevisionNotFound"), ($"{Name}/resolve/main/b", "EntryNotFound"),
                     ($"{Name}/resolve/main/d", "EntryNotFound"), ("api/models/nothing", "RepoNotFound"),
                 })
        {
            var refused = await SendAsync(http, HttpMethod.Get, $"/hub/{path}");
            Assert.Equal(
                (HttpStatusCode.NotFound, word), (refused.StatusCode, refused.Headers.GetValues("X-Error-Code").Single()));
        }
    }

    private static async Task<(byte[] Content, string Commit)> FilledAsync(Uri server)
    {
        using var house = new WorkspaceHouse();
        house.Write("a", "a");
        house.Write("d/page.html", "<script>alert(1)</script>" + new string('x', 300_000));
        var commit = await house.CommitAsync("one");
        await house.TagAsync("v1");
        await house.CreateBranchAsync("exp/one");
        await house.FollowAsync(server);
        await house.PushAsync(new Weighhouse.Versioning.PushRequest(null, [], Tags: true, Force: false, All: true));
        return (await File.ReadAllBytesAsync(house["d/page.html"], Cancellation), commit.Commit!.Value.ToString());
    }

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient http, HttpMethod method, string path, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, path);
        change?.Invoke(request);
        return await http.SendAsync(request, Cancellation);
    }
}
