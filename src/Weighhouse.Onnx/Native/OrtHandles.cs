using System.Buffers;
using System.Runtime.InteropServices;
using Weighhouse.Onnx.Sessions;

namespace Weighhouse.Onnx.Native;

/// <summary>
/// Something that the runtime made and that is released once, when nobody uses it any more: a call in flight holds a reference, and so
/// neither a dispose on another thread nor the finalizer can take it away underneath.
/// </summary>
internal abstract class OrtHandle(OrtApi api) : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected OrtApi Api { get; } = api;

    public nint Raw => handle;

    public void Own(nint made) => SetHandle(made);
}

/// <param name="files">Files of weights that the session may read for as long as it lives; let go after it.</param>
internal sealed class SessionHandle(OrtApi api, IReadOnlyList<SafeHandle> files) : OrtHandle(api)
{
    /// <summary>Takes over the session that the runtime made, and keeps its files from now on.</summary>
    public void OwnSession(nint made)
    {
        foreach (var file in files)
        {
            var held = false;
            file.DangerousAddRef(ref held);
        }

        Own(made);
    }

    protected override unsafe bool ReleaseHandle()
    {
        Api.ReleaseSession(handle);
        foreach (var file in files) file.DangerousRelease();
        return true;
    }
}

/// <summary>A value, with the hold on the caller's memory that it may lie in: that goes when the value does, not earlier.</summary>
internal sealed class ValueHandle(OrtApi api) : OrtHandle(api)
{
    private MemoryHandle _pin;

    public void Own(nint made, MemoryHandle pin)
    {
        _pin = pin;
        Own(made);
    }

    protected override unsafe bool ReleaseHandle()
    {
        Api.ReleaseValue(handle);
        _pin.Dispose();
        return true;
    }
}

internal sealed class RunOptionsHandle(OrtApi api) : OrtHandle(api)
{
    protected override unsafe bool ReleaseHandle()
    {
        Api.ReleaseRunOptions(handle);
        return true;
    }
}

/// <summary>A binding reads its session when it is released, and values while it runs, and so keeps them.</summary>
internal sealed class BindingHandle : OrtHandle
{
    private readonly SessionHandle _session;
    private readonly HeldValue[] _held;
    private readonly bool _holds;

    /// <param name="api">The runtime's functions.</param>
    /// <param name="session">Throws when it is released already.</param>
    /// <param name="places">Inputs and outputs.</param>
    public BindingHandle(OrtApi api, SessionHandle session, int places)
        : base(api)
    {
        _session = session;
        _held = new HeldValue[places];
        session.DangerousAddRef(ref _holds);
    }

    /// <summary>Also where the runtime made no binding the session must be let go.</summary>
    public override bool IsInvalid => !_holds;

    public ref HeldValue this[int place] => ref _held[place];

    public void LetGo()
    {
        foreach (ref var held in _held.AsSpan()) held.Set(null);
    }

    protected override unsafe bool ReleaseHandle()
    {
        if (handle != 0) Api.ReleaseIoBinding(handle);
        LetGo();
        _session.DangerousRelease();
        return true;
    }
}
