using System.Diagnostics;
using System.Globalization;

namespace Weighhouse.TestKit;

public enum ObjectProtocol
{
    S3,
    Azure,
}

/// <summary>
/// A real server that speaks S3 (s3rver) or Azure Blob (Azurite), in a process of its own over a folder of its own. It can be killed and
/// started again on the same port, and dies with this process.
/// </summary>
public sealed class ObjectServer : IAsyncDisposable
{
    public const string Bucket = "weigh";
    public const string S3Key = "S3RVER", S3Secret = "S3RVER";
    public const string AzureAccount = "devstoreaccount1";

    /// <summary>Azurite's own, printed in its documentation; no secret.</summary>
    public const string AzureSecret = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan StartTimeMax = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly ObjectProtocol _protocol;
    private TaskCompletionSource _stop = new();
    private Process? _process;

    private ObjectServer(ObjectProtocol protocol) => _protocol = protocol;

    public int Port { get; private set; }

    public Uri Endpoint => new(_protocol is ObjectProtocol.S3
        ? $"http://127.0.0.1:{Port}"
        : $"http://127.0.0.1:{Port}/{AzureAccount}");

    /// <summary>Where it keeps the objects.</summary>
    public string Folder => _folder["objects"];

    /// <summary>Null when tests can have one; otherwise why not.</summary>
    public static string? WhyAbsent => NodePackages.WhyAbsent("ObjectServers");

    private static string Packages => NodePackages.Folder("ObjectServers");

    public static async Task<ObjectServer> StartAsync(ObjectProtocol protocol)
    {
        var server = new ObjectServer(protocol);
        await server.StartAsync();
        return server;
    }

    public async Task StartAsync()
    {
        var ready = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        _stop = new TaskCompletionSource();
        var thread = new Thread(() => Run(ready)) { IsBackground = true, Name = $"{_protocol} server" };
        thread.Start();
        Port = await ready.Task.WaitAsync(StartTimeMax, TimeProvider.System);
    }

    /// <summary>As a power cut sees it.</summary>
    public async Task KillAsync()
    {
        if (_process is null) return;
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _stop.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
        _folder.Dispose();
    }

    private string[] Arguments() => _protocol is ObjectProtocol.S3
        ?
        [
            Path.Combine(Packages, "node_modules", "s3rver", "bin", "s3rver.js"), "-d", Folder, "-a", "127.0.0.1",
            "-p", Port.ToString(CultureInfo.InvariantCulture), "--configure-bucket", Bucket,
        ]
        :
        [
            Path.Combine(Packages, "node_modules", "azurite", "dist", "src", "blob", "main.js"), "--blobHost", "127.0.0.1",
            "--blobPort", Port.ToString(CultureInfo.InvariantCulture), "--location", Folder, "--silent", "--skipApiVersionCheck",
            "--disableTelemetry",
        ];

    /// <summary>
    /// The kernel kills the child when the thread that made it ends; a thread that lives as long as the server makes that mean the process.
    /// </summary>
    private void Run(TaskCompletionSource<int> ready)
    {
        Directory.CreateDirectory(Folder);
        var start = new ProcessStartInfo("setpriv", ["--pdeathsig", "KILL", "node", .. Arguments()])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) =>
        {
            // "S3rver listening on 127.0.0.1:40001"; "Azurite Blob service successfully listens on http://127.0.0.1:40001"
            if (line.Data?.Contains("listen", StringComparison.Ordinal) != true) return;
            if (int.TryParse(line.Data.Split(':')[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
                ready.TrySetResult(port);
        };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _stop.Task.Wait();
    }
}
