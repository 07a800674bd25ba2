namespace Weighhouse.Onnx.Sessions;

/// <summary>A value that the runtime may look at: neither its owner nor the finalizer takes it away while it is held.</summary>
internal struct HeldValue
{
    private OnnxValue? _value;

    public readonly bool IsEmpty => _value is null;

    /// <summary>Holds another value, or none. Throws when that one is disposed already.</summary>
    public void Set(OnnxValue? value)
    {
        var held = false;
        value?.Handle.DangerousAddRef(ref held);
        _value?.Handle.DangerousRelease();
        _value = value;
    }
}
