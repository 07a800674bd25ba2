using Weighhouse.Kernel;
using Weighhouse.Onnx.Native;
using Weighhouse.Onnx.Sessions;

namespace Weighhouse.Onnx;

/// <summary>
/// A loaded model. Any number of threads may run it at once. Disposing takes effect when the last call in flight has returned; calls
/// that begin later are refused with <see cref="ErrorCode.Unavailable"/>.
/// </summary>
public sealed class OnnxSession : IDisposable
{
    private volatile bool _isDisposed;

    internal OnnxSession(OnnxRuntime runtime, SessionHandle handle, SessionFacts facts)
    {
        Runtime = runtime;
        Handle = handle;
        (Inputs, Outputs, Metadata) = (facts.Inputs, facts.Outputs, facts.Metadata);
        InputNames = new Utf8Texts([.. Inputs.Select(port => port.Name)]);
        OutputNames = new Utf8Texts([.. Outputs.Select(port => port.Name)]);
    }

    /// <summary>In the order of the model; calls and bindings number them so.</summary>
    public IReadOnlyList<OnnxPort> Inputs { get; }

    public IReadOnlyList<OnnxPort> Outputs { get; }

    public OnnxMetadata Metadata { get; }

    public OnnxRuntime Runtime { get; }

    internal SessionHandle Handle { get; }

    /// <summary>The handle itself is closed only when the last call has let it go, and under load that might be never.</summary>
    internal bool IsDisposed => _isDisposed;

    internal Utf8Texts InputNames { get; }

    internal Utf8Texts OutputNames { get; }

    /// <summary>A place to run from, again and again without garbage; one thread at a time.</summary>
    public OnnxCall NewCall() => new(this);

    /// <summary>Inputs and outputs bound once, the quickest way to run a small model; one thread at a time.</summary>
    public Result<OnnxBinding> NewBinding() => OnnxBinding.Create(this);

    /// <summary>
    /// Runs once, with inputs by name, and gives all outputs in the order of the model. Dispose them. For many calls
    /// <see cref="NewCall"/> is quicker.
    /// </summary>
    public Result<IReadOnlyList<OnnxValue>> Run(IReadOnlyDictionary<string, OnnxValue> inputs, CancellationToken cancellation = default)
    {
        using var call = NewCall();
        foreach (var name in inputs.Keys)
        {
            if (IndexOf(Inputs, name) < 0)
                return Error.Invalid($"The model has no input '{name}'; it has {string.Join(", ", Inputs.Select(port => port.Name))}.");
        }

        for (var i = 0; i < Inputs.Count; i++)
        {
            if (!inputs.TryGetValue(Inputs[i].Name, out var value)) continue;
            if (call.SetInput(i, value) is { IsFailure: true } wrong) return wrong.Error;
        }

        if (call.Run(cancellation) is { IsFailure: true } failed) return failed.Error;
        var outputs = new OnnxValue[Outputs.Count];
        for (var i = 0; i < outputs.Length; i++) outputs[i] = call.TakeOutput(i);
        return outputs;
    }

    public void Dispose()
    {
        _isDisposed = true;
        Handle.Dispose();
    }

    internal static int IndexOf(IReadOnlyList<OnnxPort> ports, string name)
    {
        for (var i = 0; i < ports.Count; i++)
            if (ports[i].Name == name) return i;
        return -1;
    }
}

/// <summary>What the model's author wrote into it.</summary>
public sealed record OnnxMetadata(string Producer, string GraphName, string Domain, string Description, long Version)
{
    /// <summary>Free facts, such as the classes' names.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();
}
