using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Server.Door;

/// <summary>A stop asked for with SIGTERM finishes what is under way and takes nothing new.</summary>
public sealed class DrainTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_upload_under_way_is_finished_and_the_exit_code_is_0()
    {
        string path;
        await using (var server = await WeighProcess.StartAsync(_folder["data"]))
        {
            path = await NewArtifactAsync(server.Url);
            using var upload = await BeginAsync(server.Url, path);
            var stopping = server.StopAsync();
            await RefusesNewConnectionsAsync(server.Url);
            Assert.False(stopping.IsCompleted);

            await upload.GetStream().WriteAsync("second half"u8.ToArray(), Cancellation);

            Assert.StartsWith("HTTP/1.1 200", await ReadAsync(upload), StringComparison.Ordinal);
            Assert.Equal(0, await stopping);
        }

        await using var next = await WeighProcess.StartAsync(_folder["data"]);
        using var client = new HttpClient { BaseAddress = next.Url };
        Assert.Equal("first half, second half", await client.GetStringAsync(path, Cancellation));
    }

    [Fact]
    public async Task One_that_never_ends_is_waited_for_no_longer_than_the_setting_says()
    {
        await using var server = await WeighProcess.StartAsync(_folder["data"], null, "--drain-seconds", "1");
        using var upload = await BeginAsync(server.Url, await NewArtifactAsync(server.Url));

        Assert.Equal(0, await server.StopAsync().WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancellation));

        await using var next = await WeighProcess.StartAsync(_folder["data"]);
        Assert.Equal(0, await next.StopAsync());
    }

    private static async Task<string> NewArtifactAsync(Uri server)
    {
        using var client = new HttpClient { BaseAddress = server };
        using var created = await client.PostAsync(
            "/api/2.0/mlflow/runs/create", new StringContent("""{"experiment_id":"0"}""", Encoding.UTF8, "application/json"), Cancellation);
        var json = JsonDocument.Parse(await created.Content.ReadAsStringAsync(Cancellation)).RootElement;
        var run = json.GetProperty("run").GetProperty("info").GetProperty("run_id").GetString();
        return $"/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/halves.txt";
    }

    /// <summary>Sends the head of a request and half of its body.</summary>
    private static async Task<TcpClient> BeginAsync(Uri server, string path)
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, Cancellation);
        var head = $"PUT {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.Port}\r\nContent-Length: 23\r\nExpect: 100-continue\r\n\r\n";
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), Cancellation);
        // The server asks for the body once the handler reads it: from here on the request is under way.
        Assert.StartsWith("HTTP/1.1 100", await ReadAsync(socket), StringComparison.Ordinal);
        await socket.GetStream().WriteAsync("first half, "u8.ToArray(), Cancellation);
        return socket;
    }

    private static async Task<string> ReadAsync(TcpClient socket)
    {
        var buffer = new byte[4_096];
        var length = await socket.GetStream().ReadAsync(buffer, Cancellation);
        return Encoding.ASCII.GetString(buffer, 0, length);
    }

    private static async Task RefusesNewConnectionsAsync(Uri server)
    {
        while (true)
        {
            using var late = new TcpClient();
            try
            {
                await late.ConnectAsync(IPAddress.Loopback, server.Port, Cancellation);
            }
            catch (SocketException)
            {
                return;
            }
        }
    }
}
