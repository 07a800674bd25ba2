using Weighhouse.Serving;

namespace Weighhouse.Wire.Grpc.TensorFlowServing;

/// <summary>tensorflow.DataType, and the field of a TensorProto that lists elements of each.</summary>
internal static class TensorFlowType
{
    private static readonly ElementType[] Elements = Enum.GetValues<ElementType>();

    public static int Of(ElementType element) => element switch
    {
        ElementType.Float32 => 1,
        ElementType.Float64 => 2,
        ElementType.Int32 => 3,
        ElementType.UInt8 => 4,
        ElementType.Int16 => 5,
        ElementType.Int8 => 6,
        ElementType.Text => 7,
        ElementType.Int64 => 9,
        ElementType.Bool => 10,
        ElementType.BFloat16 => 14,
        ElementType.UInt16 => 17,
        ElementType.Float16 => 19,
        ElementType.UInt32 => 22,
        ElementType.UInt64 => 23,
        _ => 0,
    };

    /// <summary>False for complex numbers, quantised ones and whatever else is not served.</summary>
    public static bool TryParse(int type, out ElementType element)
    {
        foreach (var candidate in Elements)
        {
            if (Of(candidate) != type || type == 0) continue;
            element = candidate;
            return true;
        }

        element = default;
        return false;
    }

    public static int ListFieldOf(ElementType element) => element switch
    {
        ElementType.Float32 => 5,
        ElementType.Float64 => 6,
        ElementType.Text => 8,
        ElementType.Int64 => 10,
        ElementType.Bool => 11,
        ElementType.Float16 or ElementType.BFloat16 => 13,
        ElementType.UInt32 => 16,
        ElementType.UInt64 => 17,
        _ => 7,
    };
}
