using Microsoft.Extensions.Logging;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Serving.Content;

namespace Weighhouse.Serving.Runtimes.Python;

/// <summary>
/// Models that only Python can read, in processes of their own. This process never unpickles anything: it scans the files, and hands
/// those that may be run to workers.
/// </summary>
internal sealed class PythonModelRuntime(
    WorkerStart start, ModelFolders folders, ServingOptions serving, TimeProvider time, ILogger<PythonModelRuntime> logger)
    : IModelRuntime, IDisposable
{
    private static readonly string[] Endings = [".pkl", ".pickle", ".joblib", ".pt", ".pth", ".ts"];

    private readonly SemaphoreSlim _preparing = new(1);
    private readonly PythonOptions _options = serving.Python;
    private Prepared? _prepared;

    public string Name => RuntimeName.Python;

    public bool Suits(IReadOnlyList<ModelFile> files) => files.Any(static file =>
        file.Path is "MLmodel" or "handler.py" or "MAR-INF/MANIFEST.json"
        || (!file.Path.Contains('/', StringComparison.Ordinal)
            && Array.Exists(Endings, ending => file.Path.EndsWith(ending, StringComparison.OrdinalIgnoreCase))));

    public async Task<Result<ILoadedModel>> LoadAsync(PlacedModel model, CancellationToken cancellation)
    {
        if (!(await PrepareAsync(cancellation)).TryGet(out var prepared, out var error)) return error;
        var scanned = await PythonScan.CheckAsync(model, _options, prepared.WhyNotIsolated, cancellation);
        if (scanned.Error is { } refused)
        {
            WorkerMetrics.Refused.Add(1);
            return refused;
        }

        var order = new WorkerOrder(
            model, prepared.Interpreter, prepared.ProgramFolder, prepared.WhyNotIsolated is null, ThreadsOf(_options), _options);
        if (!(await start.StartAsync(order, cancellation)).TryGet(out var first, out error)) return error;
        if (WorkerShapes.Read(first.Loaded).TryGet(out var shape, out error))
        {
            var pool = new WorkerPool(order, token => StartNextAsync(order, token), first, time, logger);
            return new PythonLoadedModel(pool, shape, FactsOf(first), time);
        }

        first.Dispose();
        return error;
    }

    public void Dispose() => _preparing.Dispose();

    /// <summary>
    /// A worker after the first gets the files as they were registered: they may have been changed since.
    /// </summary>
    private async Task<Result<Worker>> StartNextAsync(WorkerOrder order, CancellationToken cancellation)
    {
        if (!(await folders.PlaceAsync(order.Model.Files, cancellation)).TryGet(out var placed, out var error)) return error;
        // The version's own hold keeps the folder for the worker's life; this one does until there is a worker.
        using (placed) return await start.StartAsync(order with { Model = order.Model with { Folder = placed.Path } }, cancellation);
    }

    /// <summary>Processors are for all workers together.</summary>
    private static int ThreadsOf(PythonOptions options) => Math.Max(1, Environment.ProcessorCount / Math.Max(1, options.WorkersMin));

    private static Dictionary<string, string> FactsOf(Worker worker)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["flavour"] = worker.Loaded.Flavour,
            ["python"] = worker.Python,
            ["isolation"] = worker.IsIsolated ? "shut in" : "not shut in",
        };
        foreach (var (name, version) in worker.Loaded.Versions ?? new Dictionary<string, string>()) facts.TryAdd(name, version);
        return facts;
    }

    /// <summary>Finds the interpreter, places the program and learns whether workers can be shut in; once, when needed.</summary>
    private async Task<Result<Prepared>> PrepareAsync(CancellationToken cancellation)
    {
        await _preparing.WaitAsync(cancellation);
        try
        {
            if (_prepared is { } prepared) return prepared;
            if (OperatingSystem.IsWindows())
                return new Error(ErrorCode.NotSupported, "Python models need Unix sockets, which Windows has not. Export them to ONNX.");
            var found = await PythonInterpreter.FindAsync(_options.Interpreter, time, cancellation);
            if (!found.TryGet(out var interpreter, out var error)) return error;
            var program = Path.Combine(serving.Folder, "worker");
            WorkerProgram.Place(program);
            var isolation = await IsolationAsync(interpreter.Path, program, cancellation);
            if (!isolation.TryGet(out var state, out error)) return error;
            return _prepared = new Prepared(interpreter.Path, program, state.Why);
        }
        finally
        {
            _preparing.Release();
        }
    }

    private async Task<Result<IsolationState>> IsolationAsync(string interpreter, string program, CancellationToken cancellation)
    {
        if (_options.Isolation is PythonIsolation.Off) return new IsolationState("it is switched off");
        if (!(await start.ProbeAsync(interpreter, program, _options, cancellation)).TryGet(out var probe, out var error)) return error;
        if (probe.Why is { } why && _options.Isolation is PythonIsolation.Required)
        {
            return Error.Precondition(
                $"Python models must be shut in, and this machine does not let them be: {why}. Allow user namespaces, or set "
                + "--python-isolation auto.");
        }

        if (probe.Why is not null) WorkerLog.NotIsolated(logger, probe.Why);
        return probe;
    }

    private sealed record Prepared(string Interpreter, string ProgramFolder, string? WhyNotIsolated);
}
