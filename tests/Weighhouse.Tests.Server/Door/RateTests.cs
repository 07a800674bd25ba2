using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Server.Door;

public sealed class RateTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_asks_too_fast_is_told_to_wait_and_holds_up_nobody_else()
    {
        using var folder = new TemporaryFolder();
        var environment = new Dictionary<string, string> { ["WEIGH_ADMIN_PASSWORD"] = SharedServer.AdminPassword };
        await using var server = await WeighProcess.StartAsync(
            folder["data"], environment, "--auth", "required", "--requests-per-second", "10");
        using var admin = SharedServer.ClientOf(server.Url, SharedServer.Basic("admin", SharedServer.AdminPassword));
        using var made = await admin.PostAsJsonAsync("/api/v1/users", new { name = "ann", role = "viewer" }, Cancellation);
        using var issued = await admin.PostAsJsonAsync("/api/v1/tokens", new { name = "t", user = "ann" }, Cancellation);
        var token = (await issued.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("secret").GetString();
        using var ann = SharedServer.ClientOf(server.Url, new AuthenticationHeaderValue("Bearer", token));

        // Ten a second and twenty at once: a thousand take a minute and a half unless they are refused.
        var answers = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => ann.GetAsync("/api/v1/whoami", Cancellation)));

        Assert.InRange(answers.Count(answer => answer.StatusCode is HttpStatusCode.OK), 19, 500);
        var refused = answers.First(answer => answer.StatusCode is HttpStatusCode.TooManyRequests);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal("limit_exceeded", problem.GetProperty("code").GetString());
        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.TooManyRequests));
        using var open = await admin.GetAsync("/api/v1/whoami", Cancellation);
        Assert.Equal(HttpStatusCode.OK, open.StatusCode);
    }

    [Fact]
    public async Task Strangers_are_counted_by_address_before_their_keys_are_looked_up()
    {
        using var folder = new TemporaryFolder();
        await using var server = await WeighProcess.StartAsync(folder["data"], null, "--auth", "required", "--requests-per-second", "10");
        using var stranger = SharedServer.ClientOf(server.Url, new AuthenticationHeaderValue("Bearer", SharedServer.UnknownToken));

        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => stranger.GetAsync("/api/v1/whoami", Cancellation)));

        Assert.InRange(answers.Count(answer => answer.StatusCode is HttpStatusCode.Unauthorized), 19, 300);
        Assert.Contains(answers, answer => answer.StatusCode is HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task The_local_administrator_is_not_counted()
    {
        using var folder = new TemporaryFolder();
        await using var server = await WeighProcess.StartAsync(folder["data"], null, "--requests-per-second", "1");
        using var local = SharedServer.ClientOf(server.Url);

        var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => local.GetAsync("/api/v1/whoami", Cancellation)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
    }
}
