using System.Runtime.InteropServices;
using Weighhouse.Onnx.Native;

namespace Weighhouse.Onnx.Sessions;

/// <summary>What a call keeps for the runtime: its inputs' values, then its outputs', and the holds on memory under them.</summary>
internal sealed unsafe class CallMemory : SafeHandle
{
    private readonly OrtApi _api;
    private readonly int _inputs;
    private readonly CallSlot[] _slots;

    public CallMemory(OrtApi api, int inputs, int outputs)
        : base(0, ownsHandle: true)
    {
        _api = api;
        _inputs = inputs;
        _slots = new CallSlot[inputs + outputs];
        SetHandle((nint)NativeMemory.AllocZeroed((nuint)(_slots.Length + 1), (nuint)sizeof(nint)));
    }

    public override bool IsInvalid => handle == 0;

    public nint* Values => (nint*)handle;

    public nint* Outputs => Values + _inputs;

    public bool HasInput(int index) => Values[index] != 0;

    public bool IsGiven(int output) => _slots[_inputs + output].IsGiven;

    /// <summary>A value that somebody else made.</summary>
    public void Hold(int at, OnnxValue value)
    {
        Clear(at);
        _slots[at].Value.Set(value);
        Values[at] = value.Handle.Raw;
    }

    /// <summary>A value of the call's own over memory of the caller.</summary>
    public void Own(int at, nint value, System.Buffers.MemoryHandle pin)
    {
        Clear(at);
        ref var slot = ref _slots[at];
        (slot.Pin, slot.IsOwned, slot.IsGiven) = (pin, true, at >= _inputs);
        Values[at] = value;
    }

    /// <summary>Lets go of what an input or output had.</summary>
    public void Clear(int at)
    {
        ref var slot = ref _slots[at];
        // What the runtime made as an output is the call's as well.
        if (slot.IsOwned || at >= _inputs) _api.ReleaseValue(Values[at]);
        Values[at] = 0;
        slot.Value.Set(null);
        slot.Pin.Dispose();
        slot = default;
    }

    /// <summary>Lets go of what the runtime made in the last run.</summary>
    public void ClearMade()
    {
        for (var i = _inputs; i < _slots.Length; i++)
            if (!_slots[i].IsGiven) Clear(i);
    }

    protected override bool ReleaseHandle()
    {
        for (var i = 0; i < _slots.Length; i++) Clear(i);
        NativeMemory.Free((void*)handle);
        return true;
    }
}
