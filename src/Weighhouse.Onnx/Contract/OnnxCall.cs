using Weighhouse.Kernel;
using Weighhouse.Onnx.Native;
using Weighhouse.Onnx.Sessions;
using Weighhouse.Onnx.Values;

namespace Weighhouse.Onnx;

/// <summary>
/// Inputs and outputs of one run after another, by their number in the session. Inputs stay set until they are set anew, and so a buffer
/// that is filled again needs no other call; nothing is copied, and a run leaves no garbage. One thread at a time.
/// </summary>
public sealed unsafe class OnnxCall : IDisposable
{
    private readonly OnnxSession _session;
    private readonly OrtApi _api;
    private readonly RunControl _control;
    private readonly CallMemory _memory;
    private readonly long[][] _outputSizes;

    internal OnnxCall(OnnxSession session)
    {
        _session = session;
        _api = session.Runtime.Api;
        _control = new RunControl(session);
        _memory = new CallMemory(_api, session.Inputs.Count, session.Outputs.Count);
        _outputSizes = [.. session.Outputs.Select(_ => new long[4])];
    }

    /// <summary>Whether a run has begun and not ended: the one thing that another thread may ask.</summary>
    internal bool IsRunning => _control.IsRunning;

    /// <summary>After each run, gives memory of the shared arena that nothing uses back to the system. For rare, large calls.</summary>
    public void ShrinkMemoryAfterRuns() => _control.Configure("memory.enable_memory_arena_shrinkage", "cpu:0");

    /// <summary>
    /// An input over the caller's memory, which is pinned until the input is set anew or the call is disposed. Its element type is the
    /// model's; the shape is held against the model's.
    /// </summary>
    public Result<Done> SetInput(int index, Memory<byte> bytes, params ReadOnlySpan<long> shape) =>
        Set(_session.Inputs[index], index, bytes, shape);

    /// <summary>An input that is a value of its own, such as one of strings. The call holds it until the input is set anew.</summary>
    public Result<Done> SetInput(int index, OnnxValue value)
    {
        _control.RequireIdle();
        if (CallChecks.Input(_session.Inputs[index], value) is { } wrong) return wrong;
        _memory.Hold(index, value);
        return Done.Ok;
    }

    /// <summary>
    /// An output that is written into the caller's memory, pinned likewise. Its shape must be what the model makes of the inputs.
    /// </summary>
    public Result<Done> SetOutput(int index, Memory<byte> bytes, params ReadOnlySpan<long> shape) =>
        Set(_session.Outputs[index], _session.Inputs.Count + index, bytes, shape);

    /// <summary>Lets the runtime make this output again, after <see cref="SetOutput"/>.</summary>
    public void LeaveOutput(int index)
    {
        _control.RequireIdle();
        _memory.Clear(_session.Inputs.Count + index);
    }

    /// <summary>Runs the model. Throws <see cref="OperationCanceledException"/> when it was cancelled before it was done.</summary>
    public Result<Done> Run(CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_control.Begin() is { } refused) return refused;
        var watch = _control.Watch(cancellation);
        nint status = 0;
        var missing = FindMissing();
        if (missing is null)
        {
            _memory.ClearMade();
            status = _api.Run(
                _session.Handle.Raw, _control.Options, _session.InputNames.Pointer, _memory.Values, _session.InputNames.Count,
                _session.OutputNames.Pointer, _session.OutputNames.Count, _memory.Outputs);
        }

        var error = _control.End(status, watch, out var wasDisposed) ?? missing;
        if (wasDisposed) _memory.Dispose();
        GC.KeepAlive(this);
        if (error is null) return Done.Ok;
        cancellation.ThrowIfCancellationRequested();
        return error;
    }

    /// <summary>What the last run made. Strings, sequences and maps have no bytes to look at: <see cref="TakeOutput"/> those.</summary>
    public OnnxView Output(int index)
    {
        var value = Made(index);
        int kind;
        _api.Require(_api.GetValueType(value, &kind));
        if ((OnnxKind)kind is not OnnxKind.Tensor) return default;
        ref var sizes = ref _outputSizes[index];
        var (type, rank) = ValueShape.ReadSizes(_api, value, ref sizes);
        var shape = sizes.AsSpan(0, rank);
        if (type is OnnxElementType.String) return new OnnxView(type, shape, []);
        void* data;
        _api.Require(_api.GetTensorMutableData(value, &data));
        var bytes = checked((int)type.BytesOf(OnnxElementTypes.CountOf(shape)));
        return new OnnxView(type, shape, new ReadOnlySpan<byte>(data, bytes));
    }

    /// <summary>What the last run made, as a value of the caller's own: the call forgets it.</summary>
    public OnnxValue TakeOutput(int index)
    {
        if (_memory.IsGiven(index)) throw new InvariantException("An output in the caller's memory is the caller's already.");
        var handle = new ValueHandle(_api);
        handle.Own(Made(index));
        _memory.Outputs[index] = 0;
        return new OnnxValue(_session.Runtime, handle);
    }

    public void Dispose()
    {
        if (_control.Close()) _memory.Dispose();
    }

    private nint Made(int index)
    {
        _control.RequireIdle();
        Invariant.That(index >= 0 && index < _outputSizes.Length);
        var value = _memory.Outputs[index];
        return value != 0 ? value : throw new InvariantException("There is no output before a run has succeeded, nor after it was taken.");
    }

    private Error? FindMissing()
    {
        for (var i = 0; i < _session.Inputs.Count; i++)
            if (!_memory.HasInput(i)) return CallChecks.Missing(_session.Inputs[i]);
        return null;
    }

    private Result<Done> Set(OnnxPort port, int at, Memory<byte> bytes, ReadOnlySpan<long> shape)
    {
        _control.RequireIdle();
        var type = port.Type.ElementType;
        if (CallChecks.Input(port, type, shape, bytes.Length) is { } wrong) return wrong;
        var pin = bytes.Pin();
        var status = TensorOver.Create(_session.Runtime, pin.Pointer, bytes.Length, type, shape, out var value);
        if (_api.Take(status, OrtTask.Value) is { } error)
        {
            pin.Dispose();
            return error;
        }

        _memory.Own(at, value, pin);
        return Done.Ok;
    }
}
