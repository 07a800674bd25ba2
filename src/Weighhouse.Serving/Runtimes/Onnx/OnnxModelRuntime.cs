using Microsoft.Extensions.Logging;
using Weighhouse.Kernel;
using Weighhouse.Onnx;
using Weighhouse.Registry;

namespace Weighhouse.Serving.Runtimes.Onnx;

/// <summary>Models of the ONNX format, in this process.</summary>
internal sealed class OnnxModelRuntime(ILogger<OnnxModelRuntime> logger, TimeProvider time) : IModelRuntime
{
    private const string Extension = ".onnx";
    private const string UsualName = "model.onnx";

    public string Name => RuntimeName.Onnx;

    public bool Suits(IReadOnlyList<ModelFile> files) => files.Any(static file => IsModel(file.Path));

    /// <summary>Reads and optimizes on a thread of its own: requests need those of the pool.</summary>
    public Task<Result<ILoadedModel>> LoadAsync(PlacedModel model, CancellationToken cancellation) => Task.Factory.StartNew(
        () => Load(model, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private Result<ILoadedModel> Load(PlacedModel model, CancellationToken cancellation)
    {
        if (!Choose(model.Files).TryGet(out var path, out var error)) return error;
        if (!OnnxRuntime.Start(log: logger).TryGet(out var runtime, out error)) return error;
        if (!runtime.Load(Path.Combine(model.Folder, path), cancellation: cancellation).TryGet(out var session, out error)) return error;
        if (OnnxShapes.Read(session).TryGet(out var shape, out error)) return new OnnxLoadedModel(session, shape, time);
        session.Dispose();
        return error;
    }

    private static bool IsModel(string path) => path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);

    private static Result<string> Choose(IReadOnlyList<ModelFile> files)
    {
        var models = files.Where(static file => IsModel(file.Path)).Select(static file => file.Path).ToList();
        if (models.Count == 1) return models[0];
        return models.Find(static path => path == UsualName) is { } usual
            ? usual
            : Error.Invalid(
                $"The version has {models.Count} ONNX files ({string.Join(", ", models.Take(5))}), and none of them is {UsualName}. "
                + $"Register the one that is the model, or name it {UsualName}.");
    }
}
