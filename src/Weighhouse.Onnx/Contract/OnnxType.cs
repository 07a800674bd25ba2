namespace Weighhouse.Onnx;

/// <summary>The kinds of values; the numbers are those of ONNX Runtime.</summary>
public enum OnnxKind
{
    Unknown = 0,
    Tensor = 1,
    Sequence = 2,
    Map = 3,
    Opaque = 4,
    SparseTensor = 5,
    Optional = 6,
}

/// <summary>One dimension of a declared shape.</summary>
/// <param name="Size">Null when it is free.</param>
/// <param name="Name">What the model calls a free dimension, <c>batch</c> for example; null when it has no name.</param>
public readonly record struct OnnxDimension(long? Size, string? Name = null)
{
    public static implicit operator OnnxDimension(long size) => new(size);

    public override string ToString() => Size?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? Name ?? "?";
}

/// <summary>What an input or output of a model is.</summary>
public sealed record OnnxType(OnnxKind Kind)
{
    /// <summary>Of a tensor; of a map, that of its keys.</summary>
    public OnnxElementType ElementType { get; init; }

    /// <summary>Null when the model leaves even the number of dimensions free.</summary>
    public IReadOnlyList<OnnxDimension>? Shape { get; init; }

    /// <summary>Of what a sequence holds, a map maps to, or what is optional.</summary>
    public OnnxType? Inner { get; init; }

    public static OnnxType Tensor(OnnxElementType elementType, params IReadOnlyList<OnnxDimension>? shape) =>
        new(OnnxKind.Tensor) { ElementType = elementType, Shape = shape };

    public static OnnxType Sequence(OnnxType of) => new(OnnxKind.Sequence) { Inner = of };

    public static OnnxType Map(OnnxElementType key, OnnxType to) => new(OnnxKind.Map) { ElementType = key, Inner = to };

    /// <summary>As a reader would write it: <c>Float32[batch,4]</c>, <c>Sequence(Map(Int64,Float32[]))</c>.</summary>
    public override string ToString() => Kind switch
    {
        OnnxKind.Tensor => $"{ElementType}[{(Shape is null ? "…" : string.Join(',', Shape))}]",
        OnnxKind.Map => $"Map({ElementType},{Inner})",
        OnnxKind.Sequence or OnnxKind.Optional => $"{Kind}({Inner})",
        _ => Kind.ToString(),
    };

    public bool Equals(OnnxType? other) =>
        other is not null && Kind == other.Kind && ElementType == other.ElementType && Equals(Inner, other.Inner)
        && (Shape is null ? other.Shape is null : other.Shape is not null && Shape.SequenceEqual(other.Shape));

    public override int GetHashCode() => HashCode.Combine(Kind, ElementType, Shape?.Count, Inner);
}

/// <summary>An input or output of a model, or another value of its graph, by name.</summary>
public sealed record OnnxPort(string Name, OnnxType Type);
