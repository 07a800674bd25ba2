using Weighhouse.Onnx.Native;

namespace Weighhouse.Onnx.Values;

/// <summary>Holds a handle for the time of a call: nobody can release it meanwhile. Throws when it is released already.</summary>
internal readonly ref struct HandleUse : IDisposable
{
    private readonly OrtHandle _handle;

    public HandleUse(OrtHandle handle)
    {
        _handle = handle;
        var held = false;
        handle.DangerousAddRef(ref held);
    }

    public nint Raw => _handle.Raw;

    public void Dispose() => _handle.DangerousRelease();
}
