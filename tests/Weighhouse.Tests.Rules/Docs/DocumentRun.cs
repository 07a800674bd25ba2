using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Weighhouse.Tests.Rules.Docs;

/// <summary>
/// Does what a document tells its reader to do, in an empty folder with ./weigh in it. The block marked "serves" starts the server
/// on a free port, the blocks marked "runs" use it, those marked "prints" are compared with what came out; at the end the
/// server must stop cleanly.
/// </summary>
internal sealed class DocumentRun : IAsyncDisposable
{
    /// <summary>The address that documents show; the server of the test listens on another port.</summary>
    private const string ShownAddress = "http://127.0.0.1:5000";

    private static readonly TimeSpan StartTimeMax = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopTimeMax = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("weighhouse-docs-");
    private readonly string _address = $"http://127.0.0.1:{FreePort()}";
    private Process? _server;
    private string _printed = "";

    public DocumentRun() => File.CreateSymbolicLink(Path.Combine(_folder.FullName, "weigh"), Path.Combine(Repository.Root, "weigh"));

    public async Task DoAsync(MarkdownBlock block)
    {
        switch (block.Mark)
        {
            case "serves":
                await ServeAsync(block);
                break;
            case "runs":
                await RunAsync(block);
                break;
            case "prints":
                Assert.True(Expected(block.Text).IsMatch(_printed.Trim(
                    )), $"line {block.Line}: expected\n{block.Text}\nbut it printed\n{_printed}");
                break;
        }
    }

    /// <summary>Stops the server as Ctrl-C would and demands that it ends well.</summary>
    public async Task StopAsync()
    {
        if (_server is null) return;
        using var signal = Process.Start("kill", ["-TERM", $"{_server.Id}"]);
        await _server.WaitForExitAsync().WaitAsync(StopTimeMax);
        Assert.Equal(0, _server.ExitCode);
    }

    public ValueTask DisposeAsync()
    {
        if (_server is { HasExited: false }) _server.Kill(entireProcessTree: true);
        _server?.Dispose();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task ServeAsync(MarkdownBlock block)
    {
        Assert.False(block.Text.Contains('\n', StringComparison.Ordinal), $"line {block.Line}: a block that serves is one command");
        _server = Start($"exec {block.Text}");
        _server.OutputDataReceived += (_, _) => { };
        _server.BeginOutputReadLine();
        var errors = _server.StandardError.ReadToEndAsync();
        using var client = new HttpClient();
        using var patience = new CancellationTokenSource(StartTimeMax);
        while (!await IsHealthyAsync(client, patience.Token))
        {
            if (_server.HasExited) Assert.Fail($"line {block.Line}: '{block.Text}' ended with {_server.ExitCode}: {await errors}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), patience.Token);
        }
    }

    private async Task<bool> IsHealthyAsync(HttpClient client, CancellationToken cancellation)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri($"{_address}/health"), cancellation);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task RunAsync(MarkdownBlock block)
    {
        using var process = Start(block.Text.Replace(ShownAddress, _address, StringComparison.Ordinal));
        var errors = process.StandardError.ReadToEndAsync();
        _printed = (await process.StandardOutput.ReadToEndAsync()).Replace(_address, ShownAddress, StringComparison.Ordinal);
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"line {block.Line} ended with {process.ExitCode}:\n{block.Text}\n{_printed}{await errors}");
    }

    private Process Start(string script)
    {
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script])
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["WEIGH_PORT"] = $"{new Uri(_address).Port}",
                ["WEIGH_GRPC_PORT"] = "off",
                // A document may say 'weigh' from any folder, as somebody does who has installed it.
                ["PATH"] = $"{_folder.FullName}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}",
                ["WEIGH_URL"] = _address,
                // Keys and tokens that a document makes are not those of whoever runs the tests.
                ["WEIGH_CONFIG_HOME"] = Path.Combine(_folder.FullName, ".weigh-home"),
                ["MLFLOW_TRACKING_URI"] = _address,
            },
        };
        return Process.Start(start)!;
    }

    /// <summary>The text as a pattern: … stands for anything, and spaces may be more or fewer, as columns are wider or narrower.</summary>
    private static Regex Expected(string text)
    {
        var pattern = Regex.Escape(text.Trim()).Replace("…", ".*?", StringComparison.Ordinal);
        return new Regex($"^{Regex.Replace(pattern, @"(\\ )+", " +")}$", RegexOptions.Singleline, TimeSpan.FromSeconds(1));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
