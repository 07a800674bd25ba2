using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Server.Door;

/// <summary>A server as everybody starts it first: on loopback, without sign-in. The browser is the way in for an attacker.</summary>
public sealed class LoopbackTests(LoopbackTests.Server server) : IClassFixture<LoopbackTests.Server>
{
    private const string WhoAmI = "/api/v1/whoami";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_is_at_the_machine_is_the_administrator()
    {
        using var client = SharedServer.ClientOf(server.Url);

        Assert.Equal("local", (await client.GetFromJsonAsync<JsonElement>(WhoAmI, Cancellation)).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Credentials_left_over_from_another_server_do_no_harm()
    {
        using var client = SharedServer.ClientOf(server.Url, SharedServer.Basic("somebody", "from elsewhere"));
        for (var i = 0; i < 20; i++)
            Assert.Equal("local", (await client.GetFromJsonAsync<JsonElement>(WhoAmI, Cancellation)).GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("localhost.evil.com")]
    [InlineData("evil.com")]
    [InlineData("evil.com:{port}")]
    [InlineData("127.0.0.1.evil.com:{port}")]
    [InlineData("localhost.:{port}")]
    public async Task A_foreign_name_that_resolves_here_is_refused(string host)
    {
        foreach (var path in new[] { "/", WhoAmI, "/health", "/api/2.0/mlflow/experiments/search?max_results=1" })
            Assert.Equal(403, await StatusAsync("GET", path, $"Host: {Filled(host)}"));
    }

    [Theory]
    [InlineData("localhost:{port}")]
    [InlineData("127.0.0.1:{port}")]
    [InlineData("[::1]:{port}")]
    [InlineData("LOCALHOST")]
    public async Task Names_of_this_machine_are_not(string host) =>
        Assert.Equal(200, await StatusAsync("GET", WhoAmI, $"Host: {Filled(host)}"));

    [Theory]
    [InlineData("POST", "Origin: http://evil.com", 403)]
    [InlineData("POST", "Origin: null", 403)]
    [InlineData("POST", "Origin: http://localhost:1", 403)]
    [InlineData("POST", "Sec-Fetch-Site: cross-site", 403)]
    [InlineData("POST", "Sec-Fetch-Site: same-site", 403)]
    [InlineData("GET", "Sec-Fetch-Site: cross-site", 403)]
    [InlineData("POST", "Origin: http://127.0.0.1:{port}", 400)]
    [InlineData("POST", "Sec-Fetch-Site: same-origin", 400)]
    [InlineData("POST", "X-Anything: else", 400)]
    public async Task A_page_of_another_site_changes_and_reads_nothing(string method, string header, int status)
    {
        var path = method == "GET" ? "/api/v1/users" : "/api/2.0/mlflow/experiments/create";
        Assert.Equal(status, await StatusAsync(method, path, $"Host: 127.0.0.1:{server.Url.Port}", Filled(header)));
    }

    [Theory]
    [InlineData("X-Forwarded-For: 127.0.0.1")]
    [InlineData("X-Forwarded-Proto: https")]
    [InlineData("X-Forwarded-Host: weigh.example.org")]
    [InlineData("X-Real-IP: 127.0.0.1")]
    [InlineData("Forwarded: for=127.0.0.1")]
    [InlineData("Via: 1.1 proxy")]
    public async Task What_came_through_a_proxy_is_nobody_s_own_machine(string header)
    {
        Assert.Equal(401, await StatusAsync("GET", WhoAmI, $"Host: 127.0.0.1:{server.Url.Port}", header));
        Assert.Equal(401, await StatusAsync("POST", "/api/2.0/mlflow/experiments/create", $"Host: 127.0.0.1:{server.Url.Port}", header));
        Assert.Equal(200, await StatusAsync("GET", "/health", $"Host: 127.0.0.1:{server.Url.Port}", header));
    }

    [Fact]
    public async Task Every_answer_tells_browsers_to_guess_nothing_and_to_frame_nothing()
    {
        using var client = SharedServer.ClientOf(server.Url);
        string[] paths = ["/health", WhoAmI, "/api/v1/experiments/999", "/nowhere", "/api/2.0/mlflow/experiments/get?experiment_id=999"];
        foreach (var path in paths)
        {
            using var answer = await client.GetAsync(path, Cancellation);
            Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
            Assert.Equal(["SAMEORIGIN"], answer.Headers.GetValues("X-Frame-Options"));
            Assert.Equal(["same-origin"], answer.Headers.GetValues("Cross-Origin-Resource-Policy"));
            Assert.False(answer.Headers.Contains("Server"));
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        }
    }

    [Fact]
    public async Task The_gRPC_questions_on_the_HTTP_port_are_answered_in_HTTP()
    {
        string[] headers = [Filled("Host: 127.0.0.1:{port}"), "Content-Type: application/grpc"];
        Assert.Equal(400, await StatusAsync("POST", "/grpc.health.v1.Health/Check", headers));
        Assert.Equal(404, await StatusAsync("POST", "/some.Service/Do", headers));
        Assert.DoesNotContain("fail:", server.Errors, StringComparison.Ordinal);
    }

    private string Filled(string text) => text.Replace("{port}", $"{server.Url.Port}", StringComparison.Ordinal);

    /// <summary>Over a bare socket: no client between the test and what it sends.</summary>
    private async Task<int> StatusAsync(string method, string path, params string[] headers)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, server.Url.Port, Cancellation);
        var stream = socket.GetStream();
        var body = method == "POST" ? "{}" : "";
        List<string> lines = [$"{method} {path} HTTP/1.1", .. headers, $"Content-Length: {body.Length}", "Connection: close"];
        var isTyped = headers.Any(header => header.StartsWith("Content-Type", StringComparison.Ordinal));
        if (!isTyped) lines.Add("Content-Type: application/json");
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{string.Join("\r\n", lines)}\r\n\r\n{body}"), Cancellation);
        using var reader = new StreamReader(stream);
        var status = (await reader.ReadLineAsync(Cancellation))!.Split(' ');
        return int.Parse(status[1]);
    }

    public sealed class Server : IAsyncLifetime
    {
        private readonly TemporaryFolder _folder = new();
        private WeighProcess? _process;

        public Uri Url => _process!.Url;

        public string Errors => _process!.Errors;

        public async ValueTask InitializeAsync() => _process = await WeighProcess.StartAsync(_folder["data"]);

        public async ValueTask DisposeAsync()
        {
            if (_process is not null) await _process.DisposeAsync();
            _folder.Dispose();
        }
    }
}
