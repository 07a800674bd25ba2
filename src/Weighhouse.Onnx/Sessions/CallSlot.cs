using System.Buffers;

namespace Weighhouse.Onnx.Sessions;

/// <summary>What a call keeps for one input or output while the runtime may look at it.</summary>
internal struct CallSlot
{
    /// <summary>A value that somebody else made.</summary>
    public HeldValue Value;

    /// <summary>The caller's memory under a tensor that the call made.</summary>
    public MemoryHandle Pin;

    /// <summary>Whether the runtime's value is the call's to release.</summary>
    public bool IsOwned;

    /// <summary>Of an output: whether its memory is the caller's.</summary>
    public bool IsGiven;
}
