using System.Diagnostics;
using System.Globalization;
using Weighhouse.Bench.Load;

namespace Weighhouse.Bench.Serving;

/// <summary>A server of the comparison that is not ours, of a process or of one with children.</summary>
internal sealed class PeerServer : IDisposable
{
    /// <summary>The one that Debian's packages are for, whatever else is called python3.</summary>
    private const string DebianPython = "/usr/bin/python3";

    private static readonly TimeSpan StartTimeMax = TimeSpan.FromMinutes(2);

    private readonly Process _process;

    private PeerServer(Process process, Uri url) => (_process, Url) = (process, url);

    public Uri Url { get; }

    public double ProcessorSeconds => ProcessorTime.SecondsOf(_process.Id);

    private static string Peers => Path.Combine(AppContext.BaseDirectory, "Serving", "Peers");

    /// <summary>Node over the same native library, as its package gives it; null where one of them is missing.</summary>
    public static PeerServer? Node(BenchModel model, string modelFile, string packages, int port) =>
        Directory.Exists(Path.Combine(packages, "onnxruntime-node"))
            ? Start(port, [], "node", Path.Combine(Peers, "node.mjs"), Text(port), modelFile, Text(model.RowLength), packages)
            : null;

    public static PeerServer? Flask(BenchModel model, int port) =>
        Start(port, Environment(model, port), File.Exists(DebianPython) ? DebianPython : "python3", Path.Combine(Peers, "sklearn_app.py"));

    /// <summary>One worker for each processor.</summary>
    public static PeerServer? Gunicorn(BenchModel model, int port) => Start(
        port, Environment(model, port), "gunicorn", "--chdir", Peers, "-w", Text(System.Environment.ProcessorCount), "-b",
        $"127.0.0.1:{port}", "--log-level", "error", "sklearn_app:app");

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static Dictionary<string, string> Environment(BenchModel model, int port) => new()
    {
        ["FEATURES"] = Text(model.RowLength), ["CLASSES"] = Text(model.Outputs), ["MODEL"] = model.Name, ["PORT"] = Text(port),
        ["PYTHONDONTWRITEBYTECODE"] = "1",
    };

    private static PeerServer? Start(int port, Dictionary<string, string> environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Console.Error.WriteLine($"{program} is not here: it is left out.");
            return null;
        }

        var said = new List<string?>();
        process.ErrorDataReceived += (_, line) => said.Add(line.Data);
        process.BeginErrorReadLine();
        var url = new Uri($"http://127.0.0.1:{port}");
        var began = Stopwatch.GetTimestamp();
        while (!Answers(url))
        {
            if (!process.HasExited && Stopwatch.GetElapsedTime(began) < StartTimeMax) continue;
            Console.Error.WriteLine($"{program} does not start, and is left out: {string.Join(' ', said)}");
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            process.Dispose();
            return null;
        }

        return new PeerServer(process, url);
    }

    private static bool Answers(Uri url)
    {
        try
        {
            using var line = new HttpLine(url);
            return line.Send(HttpLine.Request(url, "GET", "/")).Status == 200;
        }
        catch (Exception exception) when (exception is System.Net.Sockets.SocketException or InvalidOperationException)
        {
            Thread.Yield();
            return false;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
