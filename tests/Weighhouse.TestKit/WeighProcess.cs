using System.Diagnostics;
using System.Text;

namespace Weighhouse.TestKit;

/// <summary>A real <c>weigh up</c> in its own process, on free ports, as a user starts it; ended at dispose.</summary>
public sealed class WeighProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeMax = TimeSpan.FromSeconds(60);

    private static readonly string[] FreePort = ["--port", "0"];

    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private WeighProcess(Process process, string dataFolder)
    {
        _process = process;
        DataFolder = dataFolder;
    }

    /// <summary>http://127.0.0.1:PORT</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1");

    /// <summary>The path of the one-time sign-in link.</summary>
    public string SignInLink { get; private set; } = "/";

    public string DataFolder { get; }

    public int Id => _process.Id;

    /// <summary>What the process wrote to stderr so far.</summary>
    public string Errors
    {
        get
        {
            lock (_errors) return _errors.ToString();
        }
    }

    /// <summary>Starts the server and waits for its banner, which it prints once it serves.</summary>
    public static async Task<WeighProcess> StartAsync(
        string dataFolder, IReadOnlyDictionary<string, string>? environment = null, params IReadOnlyList<string> options)
    {
        var process = Launch(
            ["up", "--data", dataFolder, .. options.Contains("--port") ? [] : FreePort, "--grpc-port", "off", .. options], environment);
        var server = new WeighProcess(process, dataFolder);
        process.ErrorDataReceived += (_, line) => server.Add(line.Data);
        process.BeginErrorReadLine();
        using var patience = new CancellationTokenSource(StartTimeMax, TimeProvider.System);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (words is ["Pages", var pages])
                {
                    server.SignInLink = new Uri(pages).PathAndQuery;
                    server.Url = new Uri(new Uri(pages).GetLeftPart(UriPartial.Authority));
                }

                if (words is not ["Stop", ..]) continue;
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return server;
            }
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        await process.WaitForExitAsync(CancellationToken.None);
        throw new InvalidOperationException($"weigh up did not start (exit code {process.ExitCode}): {server.Errors}");
    }

    /// <summary>Runs <c>weigh</c> with these arguments to its end.</summary>
    /// <param name="wrapper">A program that starts it in other circumstances: setpriv and its options, as another user.</param>
    public static async Task<CommandOutcome> RunAsync(
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        string? input = null,
        params IReadOnlyList<string> wrapper)
    {
        using var process = Launch(arguments, environment, wrapper);
        if (input is not null) await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        return new CommandOutcome(process.ExitCode, await output, await errors);
    }

    /// <summary>As a power cut sees it: no chance to finish anything.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>As an orchestrator stops it: SIGTERM, drain, exit code.</summary>
    public async Task<int> StopAsync()
    {
        using var signal = Process.Start("kill", ["-TERM", _process.Id.ToString()]);
        await signal.WaitForExitAsync(CancellationToken.None);
        await _process.WaitForExitAsync(CancellationToken.None);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    private static Process Launch(
        IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment, params IReadOnlyList<string> wrapper)
    {
        string[] words = [.. wrapper, "dotnet", Path.Combine(AppContext.BaseDirectory, "weigh.dll"), .. arguments];
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("WEIGH_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start");
    }

    private void Add(string? line)
    {
        lock (_errors) _errors.AppendLine(line);
    }
}

public sealed record CommandOutcome(int ExitCode, string Output, string Errors);
