using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Server.Door;

/// <summary>What the log says when everything is logged, and what it must never say.</summary>
public sealed class LogTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task No_secret_is_logged_and_nobody_writes_lines_of_their_own(string format)
    {
        const string guess = "an unlucky guess";
        const string password = "another password";
        using var folder = new TemporaryFolder();
        var environment = new Dictionary<string, string> { ["WEIGH_ADMIN_PASSWORD"] = SharedServer.AdminPassword };
        await using var server = await WeighProcess.StartAsync(
            folder["data"], environment, "--auth", "required", "--log-level", "debug", "--log-format", format);
        using var admin = SharedServer.ClientOf(server.Url, SharedServer.Basic("admin", SharedServer.AdminPassword));
        using var guesser = SharedServer.ClientOf(server.Url, SharedServer.Basic("admin", guess));
        using var foreigner = SharedServer.ClientOf(server.Url);
        foreigner.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");

        var link = server.SignInLink.Split('/')[^1];
        using var refusedLink = await foreigner.GetAsync(server.SignInLink, Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, refusedLink.StatusCode);
        using var made = await admin.PostAsJsonAsync("/api/v1/users", new { name = "ann", password, role = "viewer" }, Cancellation);
        using var issued = await admin.PostAsJsonAsync("/api/v1/tokens", new { name = "t", user = "ann" }, Cancellation);
        var token = (await issued.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>(Cancellation)).GetProperty("secret").GetString()!;
        using var ann = SharedServer.ClientOf(server.Url, new AuthenticationHeaderValue("Bearer", token));
        using var denied = await ann.GetAsync("/api/v1/users", Cancellation);
        using var wrong = await guesser.GetAsync("/api/v1/users", Cancellation);
        using var signedIn = await admin.GetAsync(server.SignInLink, Cancellation);
        var cookie = Assert.Single(signedIn.Headers.GetValues("Set-Cookie")).Split(';')[0].Split('=')[1];
        using var forged = await admin.GetAsync("/nowhere%0D%0A2026-01-01T00:00:00.000Z%20info:%20forged%1B%5B31m", Cancellation);
        Assert.Equal(0, await server.StopAsync());

        var log = server.Errors;
        Assert.Contains("/api/v1/users", log, StringComparison.Ordinal);
        Assert.Contains("/nowhere%0D%0A2026-01-01T00:00:00.000Z%20info:%20forged%1B%5B31m", log, StringComparison.Ordinal);
        string[] secrets = [SharedServer.AdminPassword, guess, password, token, link, cookie, Convert.ToBase64String("admin:"u8)];
        foreach (var secret in secrets)
            Assert.DoesNotContain(secret, log, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', log);
        Assert.DoesNotContain(log.Split('\n'), line => line.StartsWith("2026-01-01", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_closed_door_is_told_of_by_name()
    {
        using var folder = new TemporaryFolder();
        var environment = new Dictionary<string, string> { ["WEIGH_ADMIN_PASSWORD"] = SharedServer.AdminPassword };
        await using var server = await WeighProcess.StartAsync(folder["data"], environment, "--auth", "required");
        for (var guess = 0; guess < 10; guess++)
        {
            using var guesser = SharedServer.ClientOf(server.Url, SharedServer.Basic("ann", $"guess {guess}"));
            using var wrong = await guesser.GetAsync("/api/v1/whoami", Cancellation);
        }

        Assert.Equal(0, await server.StopAsync());

        const string told = "Too many wrong passwords for 'ann' from 127.0.0.1: the door is closed for 15 min";
        Assert.Contains(told, server.Errors, StringComparison.Ordinal);
    }
}
