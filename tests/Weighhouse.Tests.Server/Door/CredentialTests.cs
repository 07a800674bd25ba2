using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Weighhouse.Tests.Server.Door;

/// <summary>Who gets in, as clients really send it.</summary>
public sealed class CredentialTests(SharedServer server) : IClassFixture<SharedServer>
{
    private const string WhoAmI = "/api/v1/whoami";
    private const string Experiments = "/api/2.0/mlflow/experiments/search?max_results=10";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_environment_made_the_first_administrator()
    {
        var me = await server.Admin.GetFromJsonAsync<JsonElement>(WhoAmI, Cancellation);

        Assert.Equal("admin", me.GetProperty("name").GetString());
        Assert.Equal("*", me.GetProperty("grants")[0].GetProperty("scope").GetString());
    }

    /// <summary>MLFLOW_TRACKING_USERNAME with MLFLOW_TRACKING_PASSWORD; MLFLOW_TRACKING_TOKEN; a token in the password's place.</summary>
    [Fact]
    public async Task MLflow_clients_get_in_with_a_password_a_token_or_a_token_as_password()
    {
        await server.PostAsync("/api/v1/users", new { name = "mia", password = "mia's password", role = "contributor" });
        var issued = await server.PostAsync("/api/v1/tokens", new { name = "notebook", user = "mia" });
        var token = issued.GetProperty("secret").GetString()!;

        AuthenticationHeaderValue[] headers =
            [SharedServer.Basic("mia", "mia's password"), new("Bearer", token), SharedServer.Basic("anything", token)];
        foreach (var header in headers)
        {
            using var client = server.Client(header);
            client.DefaultRequestHeaders.UserAgent.ParseAdd("mlflow-python-client/3.3.2");
            using var found = await client.GetAsync(Experiments, Cancellation);
            Assert.Equal(HttpStatusCode.OK, found.StatusCode);
            using var made = await client.PostAsJsonAsync(
                "/api/2.0/mlflow/experiments/create", new { name = $"by {header.Scheme} {Guid.CreateVersion7():N}" }, Cancellation);
            Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        }
    }

    [Fact]
    public async Task A_refusal_is_in_the_words_of_the_protocol()
    {
        using var nobody = server.Client();
        nobody.DefaultRequestHeaders.UserAgent.ParseAdd("mlflow-python-client/3.3.2");

        using var mlflow = await nobody.GetAsync(Experiments, Cancellation);
        using var native = await nobody.GetAsync(WhoAmI, Cancellation);

        Assert.Equal(
            "Bearer realm=\"weighhouse\", Basic realm=\"weighhouse\", charset=\"UTF-8\"", mlflow.Headers.WwwAuthenticate.ToString());
        Assert.Equal("UNAUTHENTICATED", (await JsonAsync(mlflow)).GetProperty("error_code").GetString());
        Assert.Equal("application/problem+json", native.Content.Headers.ContentType?.MediaType);
        Assert.Equal("unauthenticated", (await JsonAsync(native)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_page_asked_for_without_credentials_leads_to_the_sign_in_page_and_back()
    {
        using var browser = Browser();
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html,application/xhtml+xml");

        using var answer = await browser.GetAsync("/api/v1/runs/?filter=a%20b", Cancellation);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/sign-in?return=%2Fapi%2Fv1%2Fruns%2F%3Ffilter%3Da%2520b", answer.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task A_script_of_a_page_gets_no_dialog_for_its_user()
    {
        using var browser = Browser();

        using var answer = await browser.GetAsync(WhoAmI, Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer realm=\"weighhouse\"", answer.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task The_link_at_the_terminal_signs_in_once()
    {
        using var browser = Browser();

        using var first = await browser.GetAsync(server.Process.SignInLink, Cancellation);
        using var second = await browser.GetAsync(server.Process.SignInLink, Cancellation);

        Assert.Equal((HttpStatusCode.Redirect, "/"), (first.StatusCode, first.Headers.Location?.OriginalString));
        var cookie = Assert.Single(first.Headers.GetValues("Set-Cookie"));
        Assert.Matches("^weigh_session=[A-Za-z0-9_-]{48}; max-age=1209600; path=/; samesite=lax; httponly$", cookie);
        Assert.Equal("no-store", first.Headers.CacheControl?.ToString());
        Assert.Equal(HttpStatusCode.NotFound, second.StatusCode);
        browser.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]);
        Assert.Equal("local", (await browser.GetFromJsonAsync<JsonElement>(WhoAmI, Cancellation)).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Ten_wrong_passwords_close_the_door_to_one_name_and_to_nobody_else()
    {
        await server.PostAsync("/api/v1/users", new { name = "victim", password = "victim's password" });
        await server.PostAsync("/api/v1/users", new { name = "neighbour", password = "neighbour's password" });
        using var guesser = server.Client();

        for (var guess = 1; guess <= 10; guess++)
        {
            guesser.DefaultRequestHeaders.Authorization = SharedServer.Basic("victim", $"guess {guess}");
            using var wrong = await guesser.GetAsync(WhoAmI, Cancellation);
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }

        guesser.DefaultRequestHeaders.Authorization = SharedServer.Basic("victim", "victim's password");
        foreach (var path in new[] { WhoAmI, Experiments })
        {
            using var closed = await guesser.GetAsync(path, Cancellation);
            Assert.Equal(HttpStatusCode.TooManyRequests, closed.StatusCode);
            Assert.InRange(closed.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 840, 900);
        }

        using var neighbour = server.Client(SharedServer.Basic("neighbour", "neighbour's password"));
        using var open = await neighbour.GetAsync(WhoAmI, Cancellation);
        Assert.Equal(HttpStatusCode.OK, open.StatusCode);
        var issued = await server.PostAsync("/api/v1/tokens", new { name = "still", user = "victim" });
        using var victim = server.Client(new AuthenticationHeaderValue("Bearer", issued.GetProperty("secret").GetString()));
        using var byToken = await victim.GetAsync(WhoAmI, Cancellation);
        Assert.Equal(HttpStatusCode.OK, byToken.StatusCode);
    }

    [Theory]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Basic !!!!")]
    [InlineData("Basic bm8gY29sb24=")]
    [InlineData("Basic AAA6AAA=")]
    [InlineData("Bearer")]
    [InlineData("Bearer wh_")]
    [InlineData("Bearer wh_!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!")]
    [InlineData("Digest username=\"admin\"")]
    [InlineData("Negotiate AAAA")]
    [InlineData("wh_x")]
    public async Task Broken_credentials_are_wrong_credentials(string header)
    {
        using var client = server.Client();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header);

        using var answer = await client.GetAsync(WhoAmI, Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Endless_credentials_are_wrong_credentials()
    {
        using var client = server.Client(new AuthenticationHeaderValue("Bearer", new string('x', 20_000)));

        using var answer = await client.GetAsync(WhoAmI, Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task The_last_administrator_cannot_be_shut_out_over_the_wire()
    {
        using var demoted = await server.Admin.PutAsJsonAsync(
            "/api/v1/users/admin/grants", new { role = "viewer", scope = "*" }, Cancellation);

        Assert.Equal(HttpStatusCode.Conflict, demoted.StatusCode);
        Assert.Contains("last active administrator", await demoted.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_grant_without_scope_or_role_is_refused()
    {
        await server.PostAsync("/api/v1/users", new { name = "granted" });
        object[] bodies =
            [new { }, new { role = "viewer" }, new { scope = "*" }, new { role = 3, scope = "*" }, new { role = "3", scope = "*" }];
        foreach (var body in bodies)
        {
            using var answer = await server.Admin.PutAsJsonAsync("/api/v1/users/granted/grants", body, Cancellation);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }

    private HttpClient Browser()
    {
        var browser = server.Client();
        browser.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0");
        browser.DefaultRequestHeaders.Add("Sec-Fetch-Site", "none");
        browser.DefaultRequestHeaders.Add("Sec-Fetch-Mode", "navigate");
        return browser;
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation)).RootElement;
}
