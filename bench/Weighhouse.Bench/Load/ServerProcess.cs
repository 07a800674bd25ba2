using System.Diagnostics;
using System.Globalization;

namespace Weighhouse.Bench.Load;

/// <summary>The server under test, started for the benchmark from the published program.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, Uri url, double startMs)
    {
        _process = process;
        Url = url;
        StartMs = startMs;
    }

    public Uri Url { get; }

    /// <summary>From process start to the first 200 on /health.</summary>
    public double StartMs { get; }

    public double ResidentMiB => Status("VmRSS:");

    public double ProcessorSeconds => ProcessorTime.SecondsOf(_process.Id);

    /// <param name="grpcPort">0 for no gRPC.</param>
    public static ServerProcess Start(string program, string dataFolder, int port, int grpcPort = 0)
    {
        var started = Stopwatch.GetTimestamp();
        var process = Process.Start(new ProcessStartInfo(program,
            [
                "up", "--data", dataFolder, "--port", port.ToString(CultureInfo.InvariantCulture),
                "--grpc-port", grpcPort == 0 ? "off" : grpcPort.ToString(CultureInfo.InvariantCulture),
            ])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        }) ?? throw new InvalidOperationException($"{program} did not start");
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var url = new Uri($"http://127.0.0.1:{port}");
        while (!IsHealthy(url))
        {
            if (process.HasExited) throw new InvalidOperationException($"{program} ended with {process.ExitCode}");
        }

        return new ServerProcess(process, url, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    public void Dispose()
    {
        using (var signal = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)])) signal.WaitForExit();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static bool IsHealthy(Uri url)
    {
        try
        {
            using var line = new HttpLine(url);
            return line.Send(HttpLine.Request(url, "GET", "/health")).Status == 200;
        }
        catch (System.Net.Sockets.SocketException)
        {
            Thread.Yield();
            return false;
        }
    }

    private double Status(string name) =>
        File.ReadLines($"/proc/{_process.Id}/status").Where(line => line.StartsWith(name, StringComparison.Ordinal))
            .Select(line => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
            CultureInfo.InvariantCulture) / 1024).First();
}
