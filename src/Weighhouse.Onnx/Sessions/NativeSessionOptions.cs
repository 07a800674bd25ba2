using Weighhouse.Kernel;
using Weighhouse.Onnx.Graphs;
using Weighhouse.Onnx.Native;

namespace Weighhouse.Onnx.Sessions;

/// <summary>Our options in the runtime's terms, for the time of one load.</summary>
internal sealed unsafe class NativeSessionOptions : IDisposable
{
    private readonly OrtApi _api;

    public NativeSessionOptions(OnnxRuntime runtime)
    {
        _api = runtime.Api;
        nint made;
        _api.Require(_api.CreateSessionOptions(&made));
        Raw = made;
    }

    public nint Raw { get; private set; }

    public Error? Apply(OnnxSessionOptions options, OnnxModel model)
    {
        if (Refused(options) is { } refused) return refused;
        _api.Require(_api.SetSessionGraphOptimizationLevel(Raw, (int)options.Optimization));
        _api.Require(_api.SetSessionExecutionMode(Raw, options.ParallelBranches ? 1 : 0));
        Threads(options);
        _api.Require(options.Arena ? _api.EnableCpuMemArena(Raw) : _api.DisableCpuMemArena(Raw));
        Entry("session.use_env_allocators", options.Arena ? "1" : "0");
        // Branches that run at once take memory in an order that nobody can know before.
        var remember = !options.ParallelBranches && (options.RememberPlaces ?? HasFixedSizes(model, options));
        _api.Require(remember ? _api.EnableMemPattern(Raw) : _api.DisableMemPattern(Raw));
        foreach (var (name, size) in options.Dimensions)
        {
            using var text = new Utf8Texts(name);
            _api.Require(_api.AddFreeDimensionOverrideByName(Raw, text[0], size));
        }

        foreach (var (key, value) in options.Entries)
        {
            using var texts = new Utf8Texts(key, value);
            if (_api.Take(_api.AddSessionConfigEntry(Raw, texts[0], texts[1]), OrtTask.Load) is { } error) return error;
        }

        return options.Providers.Select(Provider).FirstOrDefault(error => error is not null);
    }

    /// <summary>Lets the loading end early. Libraries before 1.22 load to the end.</summary>
    public CancellationTokenRegistration StopLoadingOn(CancellationToken cancellation) => cancellation.UnsafeRegister(
        static state =>
        {
            var options = (NativeSessionOptions)state!;
            var api = options._api;
            if (api.SessionOptionsSetLoadCancellationFlag != null) api.Require(api.SessionOptionsSetLoadCancellationFlag(options.Raw, 1));
        },
        this);

    public void Dispose()
    {
        _api.ReleaseSessionOptions(Raw);
        Raw = 0;
    }

    private static Error? Refused(OnnxSessionOptions options)
    {
        foreach (var key in options.Entries.Keys)
            if (key.Contains("file", StringComparison.OrdinalIgnoreCase) || key.Contains("path", StringComparison.OrdinalIgnoreCase)
                || key.StartsWith("ep.context", StringComparison.OrdinalIgnoreCase))
                return Error.Invalid($"The setting '{key}' would let a model read or write files. Leave it out.");
        foreach (var (name, size) in options.Dimensions)
            if (size < 1) return Error.Invalid($"The dimension '{name}' cannot have the size {size}; 1 is the least.");
        return options.OwnThreads is < 1
            ? Error.Invalid($"A session cannot have {options.OwnThreads} threads of its own; 1 is the least, and null shares those of all.")
            : null;
    }

    private static bool HasFixedSizes(OnnxModel model, OnnxSessionOptions options) =>
        model.Graph.Inputs.TrueForAll(port => port.Type.Shape is { } shape
            && shape.Skip(1).All(size => size.Size is not null || (size.Name is { } name && options.Dimensions.ContainsKey(name))));

    private void Threads(OnnxSessionOptions options)
    {
        if (options.OwnThreads is not { } threads)
        {
            _api.Require(_api.DisablePerSessionThreads(Raw));
            return;
        }

        _api.Require(_api.SetIntraOpNumThreads(Raw, threads));
        _api.Require(_api.SetInterOpNumThreads(Raw, options.ParallelBranches ? threads : 1));
        Entry("session.intra_op.allow_spinning", "0");
        Entry("session.inter_op.allow_spinning", "0");
    }

    private void Entry(string key, string value)
    {
        using var texts = new Utf8Texts(key, value);
        _api.Require(_api.AddSessionConfigEntry(Raw, texts[0], texts[1]));
    }

    private Error? Provider(OnnxProvider provider)
    {
        if (provider.Name is "CPUExecutionProvider") return null;
        // The runtime knows these by the name without its ending.
        using var name = new Utf8Texts(provider.Name.Replace("ExecutionProvider", "", StringComparison.Ordinal));
        using var keys = new Utf8Texts([.. provider.Options.Keys]);
        using var values = new Utf8Texts([.. provider.Options.Values]);
        return _api.Take(
            _api.SessionOptionsAppendExecutionProvider(Raw, name[0], keys.Pointer, values.Pointer, keys.Count), OrtTask.Load);
    }
}
