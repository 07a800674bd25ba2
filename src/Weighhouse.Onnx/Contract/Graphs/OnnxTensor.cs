using System.Runtime.InteropServices;
using System.Text;
using Weighhouse.Kernel;

namespace Weighhouse.Onnx.Graphs;

/// <summary>A tensor as a file holds it: little-endian bytes, texts, or where in another file the bytes are.</summary>
public sealed class OnnxTensor
{
    public string Name { get; set; } = "";

    public OnnxElementType ElementType { get; set; }

    public List<long> Shape { get; } = [];

    /// <summary>The elements, little-endian and close together.</summary>
    public ReadOnlyMemory<byte> Bytes { get; set; }

    /// <summary>The elements of a tensor of strings, in UTF-8.</summary>
    public List<ReadOnlyMemory<byte>> Texts { get; } = [];

    /// <summary>Where the bytes lie when they lie in another file; null when they are here.</summary>
    public OnnxExternalData? External { get; set; }

    public static OnnxTensor Of<T>(string name, OnnxElementType type, ReadOnlySpan<long> shape, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        Invariant.That(type.Fits<T>());
        var tensor = new OnnxTensor { Name = name, ElementType = type, Bytes = MemoryMarshal.AsBytes(values).ToArray() };
        foreach (var size in shape) tensor.Shape.Add(size);
        Invariant.That(type.BytesOf(OnnxElementTypes.CountOf(shape)) == tensor.Bytes.Length);
        return tensor;
    }

    public static OnnxTensor Of(string name, ReadOnlySpan<long> shape, params ReadOnlySpan<float> values) =>
        Of(name, OnnxElementType.Float32, shape, values);

    public static OnnxTensor Of(string name, ReadOnlySpan<long> shape, params ReadOnlySpan<long> values) =>
        Of(name, OnnxElementType.Int64, shape, values);

    public static OnnxTensor Of(string name, ReadOnlySpan<long> shape, params ReadOnlySpan<string> values)
    {
        var tensor = new OnnxTensor { Name = name, ElementType = OnnxElementType.String };
        foreach (var size in shape) tensor.Shape.Add(size);
        foreach (var value in values) tensor.Texts.Add(Encoding.UTF8.GetBytes(value));
        Invariant.That(OnnxElementTypes.CountOf(shape) == values.Length);
        return tensor;
    }
}

/// <summary>Bytes of a tensor in another file. Whatever it says comes from the file and is not to be believed.</summary>
/// <param name="Location">A path beside the model's file.</param>
/// <param name="LengthBytes">Null: what the shape says.</param>
public sealed record OnnxExternalData(string Location, long OffsetBytes = 0, long? LengthBytes = null);

/// <summary>What is not zero, and where.</summary>
public sealed class OnnxSparseTensor
{
    public OnnxTensor Values { get; } = new();

    public OnnxTensor Indices { get; } = new();

    public List<long> Shape { get; } = [];
}
