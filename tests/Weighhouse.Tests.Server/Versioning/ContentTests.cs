using System.Net;
using System.Text;
using Weighhouse.Data;
using static Weighhouse.Tests.Server.Tracking.TrackingHouse;

namespace Weighhouse.Tests.Server.Versioning;

public sealed class ContentTests
{
    private const string Api = $"/api/v1/repositories/{VersioningServer.Repo}";

    [Theory, OnEveryEngine]
    public async Task Files_are_compared_described_and_merged_by_what_they_hold(DatabaseEngine engine)
    {
        await using var server = await VersioningServer.StartAsync(engine);
        var first = await PushAsync(server, "heads/main", null, "id,label\n1,cat\n2,dog\n", "lr: 0.1\nepochs: 10\n");
        await server.OkAsync(HttpMethod.Put, $"{Api}/branches/exp", new { commit = "main" });
        await PushAsync(server, "heads/main", first, "id,label\n1,lynx\n2,dog\n", "lr: 0.2\nepochs: 10\n");
        await PushAsync(server, "heads/exp", first, "id,label\n1,cat\n2,wolf\n3,fox\n", "lr: 0.1\nepochs: 20\n");

        var diff = await server.OkAsync(HttpMethod.Get, $"{Api}/diff/content?from=main&to=exp&path=labels.csv&key=id");
        var table = diff.GetProperty("table");
        Assert.Equal(("table", 1, 2), (
            diff.GetProperty("kind").GetString(), table.GetProperty("addedRows").GetInt32(), table.GetProperty("changedRows").GetInt32()));
        Assert.Equal("lynx", table.GetProperty("changes")[0].GetProperty("cells")[0].GetProperty("old").GetString());
        var text = await server.OkAsync(HttpMethod.Get, $"{Api}/diff/content?to=exp&path=train.yaml");
        Assert.Equal("removed", text.GetProperty("text").GetProperty("hunks")[0].GetProperty("lines")[1].GetProperty("kind").GetString());
        var summary = await server.OkAsync(HttpMethod.Get, $"{Api}/content?revision=exp&path=labels.csv&statistics=true");
        Assert.Equal((3, "integer"), (
            summary.GetProperty("table").GetProperty("rows").GetInt32(),
            summary.GetProperty("table").GetProperty("columns")[0].GetProperty("type").GetString()));

        var merged = await server.OkAsync(HttpMethod.Post, $"{Api}/merge", new { into = "main", from = "exp" });
        Assert.Equal("committed", merged.GetProperty("result").GetString());
        Assert.Equal("id,label\n1,lynx\n2,wolf\n3,fox\n", await server.Client.GetStringAsync($"{Api}/files/labels.csv", Cancellation));
        Assert.Equal("lr: 0.2\nepochs: 20\n", await server.Client.GetStringAsync($"{Api}/files/train.yaml", Cancellation));
    }

    [Theory, OnEveryEngine]
    public async Task Places_inside_a_file_are_told_and_what_is_wrong_is_refused(DatabaseEngine engine)
    {
        await using var server = await VersioningServer.StartAsync(engine);
        var first = await PushAsync(server, "heads/main", null, "id,label\n1,cat\n", "a: 1\n");
        await server.OkAsync(HttpMethod.Put, $"{Api}/branches/exp", new { commit = "main" });
        await PushAsync(server, "heads/main", first, "id,label\n1,lynx\n", "a: 1\n");
        await PushAsync(server, "heads/exp", first, "id,label\n1,wolf\n", "a: 1\n");

        var merged = await server.OkAsync(HttpMethod.Post, $"{Api}/merge", new { into = "main", from = "exp" });
        var place = merged.GetProperty("conflicts")[0].GetProperty("places")[0];
        Assert.Equal(("conflicts", "row id=1, column label", "cat", "lynx", "wolf"), (
            merged.GetProperty("result").GetString(), place.GetProperty("place").GetString(), place.GetProperty("base").GetString(),
            place.GetProperty("ours").GetString(), place.GetProperty("theirs").GetString()));
        var whole = await server.OkAsync(HttpMethod.Post, $"{Api}/merge", new { into = "main", from = "exp", wholeFiles = true });
        Assert.False(whole.GetProperty("conflicts")[0].TryGetProperty("places", out _));
        var (wrong, problem) = await server.SendAsync(
            HttpMethod.Post, $"{Api}/merge", new { into = "main", from = "exp", weights = "mean" });
        Assert.Equal((HttpStatusCode.BadRequest, "weights"), (wrong.StatusCode, problem.GetProperty("field").GetString()));
        foreach (var (path, status) in new[]
                 {
                     ("path=labels.csv&key=none", HttpStatusCode.BadRequest), ("path=nowhere", HttpStatusCode.NotFound),
                     ("path=", HttpStatusCode.Conflict), ("path=labels.csv&limit=1001", HttpStatusCode.BadRequest),
                     ("path=../x", HttpStatusCode.BadRequest),
                 })
            Assert.Equal(status, (await server.Client.GetAsync($"{Api}/diff/content?from=main&to=exp&{path}", Cancellation)).StatusCode);
    }

    private static async Task<string> PushAsync(VersioningServer server, string name, string? old, string table, string yaml) =>
        await ApiTests.PushAsync(
            server, name, old, ("labels.csv", Encoding.UTF8.GetBytes(table)), ("train.yaml", Encoding.UTF8.GetBytes(yaml)));
}
