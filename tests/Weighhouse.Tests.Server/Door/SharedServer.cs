using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Server.Door;

/// <summary>A real server where everybody signs in, with the administrator that the environment makes; one for a class of tests.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    public const string AdminPassword = "an administrator's password";

    /// <summary>Well-formed down to its checksum, and nobody's.</summary>
    public const string UnknownToken = "wh_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACqNpGK";

    private readonly TemporaryFolder _folder = new();
    private WeighProcess? _process;

    public WeighProcess Process => _process ?? throw new InvalidOperationException("The server has not been started.");

    public Uri Url => Process.Url;

    /// <summary>Sends as the administrator.</summary>
    public HttpClient Admin { get; private set; } = new();

    public static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    public async ValueTask InitializeAsync()
    {
        var environment = new Dictionary<string, string> { ["WEIGH_ADMIN_PASSWORD"] = AdminPassword };
        _process = await WeighProcess.StartAsync(
            _folder["data"], environment, "--auth", "required", "--log-level", "information", "--requests-per-second", "100000");
        Admin = Client(Basic("admin", AdminPassword));
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        if (_process is not null) await _process.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>A client that sends what it is told to: no cookies, no redirects.</summary>
    public HttpClient Client(AuthenticationHeaderValue? authorization = null) => ClientOf(Url, authorization);

    public static HttpClient ClientOf(Uri url, AuthenticationHeaderValue? authorization = null)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        var client = new HttpClient(handler) { BaseAddress = url };
        client.DefaultRequestHeaders.Authorization = authorization;
        return client;
    }

    /// <summary>Makes a user with a role, "none" for none, and a token; returns a client that sends it.</summary>
    public async Task<HttpClient> ClientAsAsync(string name, string role, string scope = "*")
    {
        await PostAsync("/api/v1/users", new { name, role, scope });
        var issued = await PostAsync("/api/v1/tokens", new { name = "test", user = name });
        return Client(new AuthenticationHeaderValue("Bearer", issued.GetProperty("secret").GetString()));
    }

    /// <summary>Sends JSON as the administrator and demands success.</summary>
    public async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await Admin.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"POST {path}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }
}
