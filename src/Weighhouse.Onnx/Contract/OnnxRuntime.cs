using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Weighhouse.Kernel;
using Weighhouse.Onnx.Native;
using Weighhouse.Onnx.Sessions;

namespace Weighhouse.Onnx;

/// <summary>
/// ONNX Runtime in this process: one environment, with the threads and the memory that all sessions share. It starts once and stays
/// until the process ends, as its threads do.
/// </summary>
public sealed class OnnxRuntime
{
    private static readonly Lock Gate = new();
    private static OnnxRuntime? _started;

    private readonly OrtLibrary _library;

    internal OnnxRuntime(OrtLibrary library, OrtEnvironment environment)
    {
        _library = library;
        Environment = environment;
    }

    public string Version => _library.Version;

    /// <summary>The file that was loaded.</summary>
    public string LibraryPath => _library.Path;

    /// <summary>The execution providers that the library was built with; the CPU's is always there.</summary>
    public IReadOnlyList<string> Providers => Environment.Providers();

    /// <summary>How the library was built: its commit and flags.</summary>
    public string BuildInfo => Environment.BuildInfo();

    internal OrtEnvironment Environment { get; }

    internal OrtApi Api => _library.Api;

    /// <summary>
    /// The runtime, started if it is not. Whoever comes second shares it and so must ask for the same options; the log of the last one
    /// hears the warnings.
    /// </summary>
    public static Result<OnnxRuntime> Start(OnnxOptions? options = null, ILogger? log = null)
    {
        options ??= new OnnxOptions();
        lock (Gate)
        {
            if (_started is { } running && running.Environment.Options != options)
                return Error.Precondition(
                    $"ONNX Runtime already runs in this process with other options: {running.Environment.Options}. "
                    + "Ask for the same ones, or restart the process.");
            OrtEnvironment.Log = log ?? NullLogger.Instance;
            if (_started is not null) return _started;
            if (!OrtLibrary.Instance.TryGet(out var library, out var missing)) return missing;
            if (!OrtEnvironment.Create(library, options).TryGet(out var environment, out var refused)) return refused;
            var runtime = new OnnxRuntime(library, environment);
            if (SelfTest.Run(runtime) is { } failure) return failure;
            OrtEnvironment.Log.RuntimeStarted(library.Version, library.Path, library.ApiVersion, environment.Threads);
            return _started = runtime;
        }
    }

    /// <summary>For <c>weigh doctor</c>: "ONNX Runtime 1.30.0 (beside the executable), interface 24", or why there is none.</summary>
    public static Result<string> Describe() => OrtLibrary.Instance.Map(
        library => $"ONNX Runtime {library.Version} ({library.Source}), interface {library.ApiVersion}");

    /// <summary>
    /// Loads a model. Weights in other files must lie beside it or below: no link leads to them, and no path out of the folder.
    /// The files must keep their size while the session lives.
    /// </summary>
    public Result<OnnxSession> Load(string path, OnnxSessionOptions? options = null, CancellationToken cancellation = default) =>
        SessionLoading.FromFile(this, path, options ?? OnnxSessionOptions.Default, cancellation);

    /// <summary>Loads a model that holds all of its weights. The bytes are not needed afterwards.</summary>
    public Result<OnnxSession> Load(
        ReadOnlyMemory<byte> model, OnnxSessionOptions? options = null, CancellationToken cancellation = default) =>
        SessionLoading.FromMemory(this, model, options ?? OnnxSessionOptions.Default, cancellation);

    /// <summary>A tensor in the runtime's memory. What is in it is whatever was there: fill all of it.</summary>
    public Result<OnnxValue> Allocate(OnnxElementType type, params ReadOnlySpan<long> shape) => OnnxValue.Allocate(this, type, shape);

    /// <summary>A tensor over the caller's memory, which is pinned until the value is disposed. Nothing is copied.</summary>
    public Result<OnnxValue> Wrap(Memory<byte> bytes, OnnxElementType type, params ReadOnlySpan<long> shape) =>
        OnnxValue.Wrap(this, bytes, type, shape);

    /// <summary>A tensor with a copy of these elements.</summary>
    public Result<OnnxValue> Tensor<T>(OnnxElementType type, ReadOnlySpan<long> shape, params ReadOnlySpan<T> elements)
        where T : unmanaged
    {
        if (!type.Fits<T>())
            return Error.Invalid($"A tensor of {type} cannot be made of {typeof(T).Name}; give its elements as the type has them.");
        if (type.BytesOf(OnnxElementTypes.CountOf(shape)) != MemoryMarshal.AsBytes(elements).Length)
            return Error.Invalid(
                $"{elements.Length} elements of {typeof(T).Name} do not fill a tensor of {type}[{OnnxValue.Show(shape)}]; "
                + "give as many as its shape has.");
        var made = Allocate(type, shape);
        if (!made.TryGet(out var value, out _)) return made;
        MemoryMarshal.AsBytes(elements).CopyTo(value.Bytes);
        return value;
    }

    /// <summary>A tensor of strings.</summary>
    public Result<OnnxValue> Texts(ReadOnlySpan<long> shape, params ReadOnlySpan<string> texts) => OnnxValue.OfTexts(this, shape, texts);
}
