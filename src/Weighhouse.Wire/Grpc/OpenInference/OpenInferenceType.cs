using Weighhouse.Kernel;
using Weighhouse.Serving;

namespace Weighhouse.Wire.Grpc.OpenInference;

/// <summary>The list of InferTensorContents that each type has, and its number in model_config.proto.</summary>
internal static class OpenInferenceType
{
    private static readonly (ElementType Element, int Field, int Number)[] Types =
    [
        (ElementType.Bool, 1, 1), (ElementType.UInt8, 4, 2), (ElementType.UInt16, 4, 3), (ElementType.UInt32, 4, 4),
        (ElementType.UInt64, 5, 5), (ElementType.Int8, 2, 6), (ElementType.Int16, 2, 7), (ElementType.Int32, 2, 8),
        (ElementType.Int64, 3, 9), (ElementType.Float16, 0, 10), (ElementType.Float32, 6, 11), (ElementType.Float64, 7, 12),
        (ElementType.Text, 8, 13), (ElementType.BFloat16, 0, 14),
    ];

    /// <summary>Its number in model_config.proto.</summary>
    public static int NumberOf(ElementType element) => Of(element).Number;

    /// <summary>0 where only raw bytes can hold the type.</summary>
    public static int FieldOf(ElementType element) => Of(element).Field;

    private static (ElementType Element, int Field, int Number) Of(ElementType element)
    {
        foreach (var type in Types)
            if (type.Element == element) return type;
        return Invariant.Unreachable<(ElementType, int, int)>(element);
    }
}
