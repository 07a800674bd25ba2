namespace Weighhouse.Onnx;

/// <summary>What a tensor holds; the numbers are those of ONNX and of ONNX Runtime.</summary>
public enum OnnxElementType
{
    Undefined = 0,
    Float32 = 1,
    UInt8 = 2,
    Int8 = 3,
    UInt16 = 4,
    Int16 = 5,
    Int32 = 6,
    Int64 = 7,
    String = 8,
    Bool = 9,
    Float16 = 10,
    Float64 = 11,
    UInt32 = 12,
    UInt64 = 13,
    Complex64 = 14,
    Complex128 = 15,
    BFloat16 = 16,
    Float8E4M3FN = 17,
    Float8E4M3FNUZ = 18,
    Float8E5M2 = 19,
    Float8E5M2FNUZ = 20,

    /// <summary>Two to a byte, the lower half first.</summary>
    UInt4 = 21,

    /// <summary>Two to a byte, the lower half first.</summary>
    Int4 = 22,
}

/// <summary>Widths, names and the .NET types of elements.</summary>
public static class OnnxElementTypes
{
    /// <summary>Bits of one element; 0 for what has no width of its own (strings) or is not known.</summary>
    public static int Bits(this OnnxElementType type) => type switch
    {
        OnnxElementType.UInt4 or OnnxElementType.Int4 => 4,
        OnnxElementType.UInt8 or OnnxElementType.Int8 or OnnxElementType.Bool => 8,
        >= OnnxElementType.Float8E4M3FN and <= OnnxElementType.Float8E5M2FNUZ => 8,
        OnnxElementType.UInt16 or OnnxElementType.Int16 or OnnxElementType.Float16 or OnnxElementType.BFloat16 => 16,
        OnnxElementType.Float32 or OnnxElementType.Int32 or OnnxElementType.UInt32 => 32,
        OnnxElementType.Float64 or OnnxElementType.Int64 or OnnxElementType.UInt64 or OnnxElementType.Complex64 => 64,
        OnnxElementType.Complex128 => 128,
        _ => 0,
    };

    /// <summary>Bytes of a tensor of this many elements; -1 when that is more than memory can hold, or strings.</summary>
    public static long BytesOf(this OnnxElementType type, long count)
    {
        var bits = type.Bits();
        if (bits == 0 || count < 0) return -1;
        if (bits < 8) return count / 2 + count % 2;
        return count > long.MaxValue / (bits / 8) ? -1 : count * (bits / 8);
    }

    /// <summary>The product of the dimensions; -1 when one is negative or the product is beyond 63 bits.</summary>
    public static long CountOf(ReadOnlySpan<long> shape)
    {
        // A dimension of nothing makes the tensor empty, however large the others are.
        if (shape.Contains(0)) return shape.IndexOfAnyInRange(long.MinValue, -1) < 0 ? 0 : -1;
        var count = 1L;
        foreach (var size in shape)
        {
            if (size < 0 || count > long.MaxValue / size) return -1;
            count *= size;
        }

        return count;
    }

    /// <summary>Whether elements of this type can be read and written as <typeparamref name="T"/>.</summary>
    public static bool Fits<T>(this OnnxElementType type)
        where T : unmanaged => type switch
    {
        OnnxElementType.Float32 => typeof(T) == typeof(float),
        OnnxElementType.UInt8 => typeof(T) == typeof(byte),
        OnnxElementType.Int8 => typeof(T) == typeof(sbyte),
        OnnxElementType.UInt16 => typeof(T) == typeof(ushort),
        OnnxElementType.Int16 => typeof(T) == typeof(short),
        OnnxElementType.Int32 => typeof(T) == typeof(int),
        OnnxElementType.Int64 => typeof(T) == typeof(long),
        OnnxElementType.Bool => typeof(T) == typeof(bool) || typeof(T) == typeof(byte),
        OnnxElementType.Float16 => typeof(T) == typeof(Half) || typeof(T) == typeof(ushort),
        OnnxElementType.Float64 => typeof(T) == typeof(double),
        OnnxElementType.UInt32 => typeof(T) == typeof(uint),
        OnnxElementType.UInt64 => typeof(T) == typeof(ulong),
        OnnxElementType.BFloat16 => typeof(T) == typeof(BFloat16) || typeof(T) == typeof(ushort),
        OnnxElementType.Complex128 => typeof(T) == typeof(System.Numerics.Complex),
        >= OnnxElementType.Float8E4M3FN and <= OnnxElementType.Int4 => typeof(T) == typeof(byte),
        _ => false,
    };
}
