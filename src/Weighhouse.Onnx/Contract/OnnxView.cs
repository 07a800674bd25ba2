using System.Runtime.InteropServices;
using Weighhouse.Kernel;

namespace Weighhouse.Onnx;

/// <summary>A tensor that a call holds, for looking at until the call runs again or is disposed.</summary>
public readonly ref struct OnnxView
{
    internal OnnxView(OnnxElementType elementType, ReadOnlySpan<long> shape, ReadOnlySpan<byte> bytes)
    {
        ElementType = elementType;
        Shape = shape;
        Bytes = bytes;
    }

    public OnnxElementType ElementType { get; }

    public ReadOnlySpan<long> Shape { get; }

    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>The elements; asking for another type than the tensor's is a bug.</summary>
    public ReadOnlySpan<T> As<T>()
        where T : unmanaged
    {
        if (!ElementType.Fits<T>()) throw new InvariantException($"A tensor of {ElementType} is no tensor of {typeof(T).Name}.");
        return MemoryMarshal.Cast<byte, T>(Bytes);
    }
}
