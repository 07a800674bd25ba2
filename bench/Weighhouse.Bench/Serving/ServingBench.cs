using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Weighhouse.Bench.Load;
using Weighhouse.Bench.Onnx;
using Weighhouse.Kernel;
using Weighhouse.Onnx;

namespace Weighhouse.Bench.Serving;

/// <summary>
/// Our server over the wire, in each protocol, beside what a team would have otherwise: Node over the same ONNX Runtime, Flask and gunicorn
/// over scikit-learn; and beside the runtime itself in a loop. All take turns, and medians of the turns count: the machine is shared.
/// </summary>
internal sealed class ServingBench(Report report, ScratchFolder folder, string program, bool quick)
{
    private const int Port = 5394, GrpcPort = 5395, PeerPort = 5393;
    private const int Connections = 32;
    private const string GrpcMethod = "/inference.GRPCInferenceService/ModelInfer";

    private readonly TimeSpan _turn = TimeSpan.FromSeconds(quick ? 0.3 : 3);
    private readonly int _rounds = quick ? 1 : 5;

    public void Run(string[]? only)
    {
        using var server = ServerProcess.Start(program, folder["serving"], Port, GrpcPort);
        if (only is null || only.Contains("small"))
        {
            Compare(server, ServingModels.Regression(), binaryMin: 30_000);
            Compare(server, ServingModels.Perceptron(), binaryMin: 20_000);
        }

        if (only is null || only.Contains("batch")) Batches(server, ServingModels.Perceptron());
        if (only is null || only.Contains("image")) Image(server, ServingModels.Image());
        if (only is null || only.Contains("swap")) Swap(server, ServingModels.Perceptron());
        report.Note("resident memory after everything", server.ResidentMiB, "MiB");
    }

    private void Compare(ServerProcess server, BenchModel model, double binaryMin)
    {
        Deploy(server, model);
        var packages = Path.Combine(PublishedProgram.Root(), "eng", "OnnxRuntime", "node_modules");
        var file = WriteModel(model);
        var peers = new (string Name, Func<PeerServer?> Start)[]
        {
            ("Node", () => PeerServer.Node(model, file, packages, PeerPort)),
            ("Flask", () => PeerServer.Flask(model, PeerPort)),
            ("gunicorn", () => PeerServer.Gunicorn(model, PeerPort)),
        };
        var predict = ServingRequests.Plain(server.Url, $"/deployments/{model.Name}/predict", model);
        var plain = new Turns("plain JSON", () => Http(server.Url, predict));
        var json = new Turns("REST JSON", () => Http(server.Url, ServingRequests.TensorFlow(server.Url, model)));
        var binary = new Turns("REST binary", () => Http(server.Url, ServingRequests.Binary(server.Url, model)));
        var grpc = new Turns("gRPC", () => Grpc(model));
        var others = peers.Select(static peer => new Turns(peer.Name, null)).ToArray();
        foreach (var ours in (Turns[])[plain, json, binary, grpc]) ours.Warm();
        for (var round = 0; round < _rounds; round++)
        {
            foreach (var ours in (Turns[])[plain, json, binary, grpc]) ours.Take(server);
            for (var i = 0; i < peers.Length; i++)
            {
                using var peer = peers[i].Start();
                if (peer is null) continue;
                var request = ServingRequests.Plain(peer.Url, "/predict", model);
                Http(peer.Url, request);
                var before = peer.ProcessorSeconds;
                var sample = Http(peer.Url, request);
                others[i].Add(sample, peer.ProcessorSeconds - before);
            }
        }

        report.Note($"{model.Name}, {Connections} connections: Node", others[0].PerSecond, "req/s");
        report.Note("  Flask", others[1].PerSecond, "req/s");
        report.Note("  gunicorn", others[2].PerSecond, "req/s");
        report.Note("  weigh, plain JSON", plain.PerSecond, "req/s");
        report.Note("  weigh, TensorFlow Serving's JSON", json.PerSecond, "req/s");
        report.AtLeast("  weigh, binary", binary.PerSecond, "req/s", binaryMin);
        report.AtMost("    its p99", binary.P99, "ms", 5);
        report.Note("  weigh, gRPC", grpc.PerSecond, "req/s");
        if (others[0].HasAny) report.AtLeast("  JSON, times Node", json.Over(others[0]), "×", 2.5);
        if (others[2].HasAny) report.AtLeast("  JSON, times gunicorn", json.Over(others[2]), "×", 25);
        report.AtLeast("  gRPC, part of binary", grpc.Over(binary), "×", 0.75);
        foreach (var side in (Turns[])[.. others.Where(static other => other.HasAny), plain, json, binary, grpc])
            report.Note($"  processor time of a request, {side.Name}", side.ProcessorMicroseconds, "µs");
    }

    /// <summary>Rows a second, of rows that come together and of rows that come one by one and are put together.</summary>
    private void Batches(ServerProcess server, BenchModel model)
    {
        const int Rows = 32;
        Deploy(server, model);
        using var raw = Raw(model, Rows);
        var request = ServingRequests.Binary(server.Url, model, Rows);
        var one = ServingRequests.Binary(server.Url, model);
        var runtime = new Turns("runtime", null);
        var together = new Turns("together", () => Http(server.Url, request, connections: 4));
        var gathered = new Turns("gathered", () => Http(server.Url, one, connections: 128));
        together.Warm();
        for (var round = 0; round < _rounds; round++)
        {
            runtime.Add(Loop(raw));
            together.Take(server);
            Weigh(server, "deployments", "batch", model.Name, $"rows={Rows}");
            gathered.Take(server);
            Weigh(server, "deployments", "batch", model.Name, "off");
        }

        report.Note(
            $"{model.Name}: the runtime itself, {Environment.ProcessorCount} threads, {Rows} rows a run",
            runtime.PerSecond * Rows,
            "rows/s");
        report.Note($"  weigh, requests of {Rows} rows", together.PerSecond * Rows, "rows/s");
        report.AtLeast("    part of the runtime's", together.Over(runtime), "×", 0.4);
        report.Note("  weigh, requests of one row that share runs", gathered.PerSecond, "rows/s");
    }

    private void Image(ServerProcess server, BenchModel model)
    {
        Deploy(server, model);
        using var raw = Raw(model, 1);
        var request = ServingRequests.Binary(server.Url, model);
        using var line = new HttpLine(server.Url);
        var count = quick ? 20 : 300;
        var (alone, served) = (new double[count], new double[count]);
        for (var i = -5; i < count; i++)
        {
            var began = Stopwatch.GetTimestamp();
            raw.Run();
            var between = Stopwatch.GetTimestamp();
            Require(line.Send(request));
            if (i < 0) continue;
            alone[i] = Stopwatch.GetElapsedTime(began, between).TotalMilliseconds;
            served[i] = Stopwatch.GetElapsedTime(between).TotalMilliseconds;
        }

        Array.Sort(alone);
        Array.Sort(served);
        report.Note("image of 600 KB: the runtime itself, p50", alone[count / 2], "ms");
        report.Note("  weigh, binary, p50", served[count / 2], "ms");
        report.AtMost("  over the runtime's", (served[count / 2] / alone[count / 2] - 1) * 100, "%", 10);
    }

    /// <summary>Versions change under load; a request that fails ends the run.</summary>
    private void Swap(ServerProcess server, BenchModel model)
    {
        Deploy(server, model);
        Weigh(server, "models", "register", model.Name, WriteModel(model));
        var request = ServingRequests.Binary(server.Url, model);
        Http(server.Url, request, connections: 8);
        var steady = Http(server.Url, request, connections: 8);
        var swaps = 0;
        using var stop = new CancellationTokenSource();
        var swapping = Task.Run(() =>
        {
            for (; !stop.IsCancellationRequested; swaps++)
                Weigh(server, "deployments", "route", model.Name, "--model", $"{model.Name}/{2 - (swaps % 2)}");
        });
        var during = Http(server.Url, request, connections: 8);
        stop.Cancel();
        swapping.Wait();
        report.Note($"{model.Name}: versions swapped under load of 8 connections", swaps, "");
        report.Note("  p99 before", steady.P99, "ms");
        report.AtMost("  p99 meanwhile, times that", during.P99 / steady.P99, "×", 2);
    }

    private void Deploy(ServerProcess server, BenchModel model)
    {
        var answer = HttpLine.Request(server.Url, "GET", $"/v2/models/{model.Name}");
        using (var line = new HttpLine(server.Url))
            if (line.Send(answer).Status == 200) return;
        Weigh(server, "models", "register", model.Name, WriteModel(model));
        Weigh(server, "deployments", "create", model.Name, "--model", $"{model.Name}/1");
    }

    private string WriteModel(BenchModel model)
    {
        var path = folder[model.Name + ".onnx"];
        File.WriteAllBytes(path, model.Onnx);
        return path;
    }

    private Sample Http(Uri server, byte[] request, int connections = Connections) =>
        Sample.Drive(server, connections, _turn, _ => (line, _) => line.Send(request));

    private Sample Grpc(BenchModel model)
    {
        var message = ServingRequests.Message(model);
        return Sample.Drive(
            () => new GrpcLine("127.0.0.1", GrpcPort, GrpcMethod), Connections, _turn, _ => (line, _) => line.Call(message));
    }

    private Sample Loop(RawRuntime raw) =>
        Sample.Drive(static () => new MemoryStream(), Environment.ProcessorCount, _turn, _ => (_, _) => raw.Run());

    private static RawRuntime Raw(BenchModel model, int rows)
    {
        var runtime = OnnxRuntime.Start();
        if (!runtime.TryGet(out var started, out var error)) throw new InvalidOperationException(error.Message);
        return new RawRuntime(started.LibraryPath, model.Onnx, "x", ["y"], ServingRequests.Bytes(model, rows), [rows, .. model.Shape]);
    }

    private void Weigh(ServerProcess server, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, [.. arguments, "--url", server.Url.ToString()])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var said = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"weigh {string.Join(' ', arguments)}: {said.Result}");
    }

    private static void Require(Answer answer)
    {
        if (answer.Status != 200) throw new InvalidOperationException($"{answer.Status}: {answer.Text}");
    }

    /// <summary>One side of the comparison, turn by turn.</summary>
    private sealed class Turns(string name, Func<Sample>? turn)
    {
        private readonly List<Sample> _samples = [];
        private readonly List<double> _processor = [];

        public string Name => name;

        public bool HasAny => _samples.Count > 0;

        public double PerSecond => Middle(static sample => sample.PerSecond);

        public double P99 => Middle(static sample => sample.P99);

        /// <summary>Of the server, for one request.</summary>
        public double ProcessorMicroseconds => Middle(_processor);

        public void Warm() => turn!();

        public void Take(ServerProcess server)
        {
            var before = server.ProcessorSeconds;
            var sample = turn!();
            Add(sample, server.ProcessorSeconds - before);
        }

        public void Add(Sample sample, double processorSeconds = double.NaN)
        {
            _samples.Add(sample);
            _processor.Add(processorSeconds / sample.Count * 1e6);
            Console.Error.WriteLine($"    {name}: {sample.PerSecond:F0} /s, p50 {sample.P50:F2} ms, p99 {sample.P99:F2} ms");
        }

        public double Over(Turns other) => PerSecond / other.PerSecond;

        private double Middle(Func<Sample, double> figure) => Middle(_samples.Select(figure));

        private static double Middle(IEnumerable<double> figures) =>
            figures.Order().ToArray() is { Length: > 0 } sorted ? sorted[sorted.Length / 2] : double.NaN;
    }
}
