namespace Weighhouse.Serving;

/// <summary>What a tensor holds, in no protocol's words.</summary>
public enum ElementType
{
    Bool,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Int8,
    Int16,
    Int32,
    Int64,
    Float16,
    BFloat16,
    Float32,
    Float64,

    /// <summary>UTF-8 texts, or bytes as they are: each element has a length of its own.</summary>
    Text,
}

public static class ElementTypes
{
    /// <summary>Bytes of one element; 0 for texts, whose lengths differ.</summary>
    public static int Width(this ElementType type) => type switch
    {
        ElementType.Bool or ElementType.UInt8 or ElementType.Int8 => 1,
        ElementType.UInt16 or ElementType.Int16 or ElementType.Float16 or ElementType.BFloat16 => 2,
        ElementType.UInt32 or ElementType.Int32 or ElementType.Float32 => 4,
        ElementType.UInt64 or ElementType.Int64 or ElementType.Float64 => 8,
        _ => 0,
    };

    /// <summary>
    /// The product of the dimensions; -1 when one is negative or the product is beyond 31 bits, which no request can fill.
    /// </summary>
    public static int CountOf(ReadOnlySpan<long> shape)
    {
        var count = 1L;
        var empty = false;
        foreach (var size in shape)
        {
            if (size < 0) return -1;
            if (size == 0) empty = true;
            else if (count <= int.MaxValue) count = size > int.MaxValue ? long.MaxValue : count * size;
        }

        if (empty) return 0;
        return count > int.MaxValue ? -1 : (int)count;
    }
}
