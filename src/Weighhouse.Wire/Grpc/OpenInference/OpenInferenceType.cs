using Weighhouse.Kernel;
using Weighhouse.Serving;

namespace Weighhouse.Wire.Grpc.OpenInference;

/// <summary>The names of types, and the list of InferTensorContents that each has.</summary>
internal static class OpenInferenceType
{
    private static readonly (string Name, ElementType Element, int Field, int Number)[] Types =
    [
        ("BOOL", ElementType.Bool, 1, 1), ("UINT8", ElementType.UInt8, 4, 2), ("UINT16", ElementType.UInt16, 4, 3),
        ("UINT32", ElementType.UInt32, 4, 4), ("UINT64", ElementType.UInt64, 5, 5), ("INT8", ElementType.Int8, 2, 6),
        ("INT16", ElementType.Int16, 2, 7), ("INT32", ElementType.Int32, 2, 8), ("INT64", ElementType.Int64, 3, 9),
        ("FP16", ElementType.Float16, 0, 10), ("FP32", ElementType.Float32, 6, 11), ("FP64", ElementType.Float64, 7, 12),
        ("BYTES", ElementType.Text, 8, 13), ("BF16", ElementType.BFloat16, 0, 14),
    ];

    private static readonly byte[][] Names = [.. Types.Select(type => System.Text.Encoding.ASCII.GetBytes(type.Name))];

    public static string NameOf(ElementType element) => Of(element).Name;

    /// <summary>Its number in model_config.proto.</summary>
    public static int NumberOf(ElementType element) => Of(element).Number;

    /// <summary>0 where only raw bytes can hold the type.</summary>
    public static int FieldOf(ElementType element) => Of(element).Field;

    public static bool TryParse(ReadOnlySpan<byte> name, out ElementType element)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            if (!name.SequenceEqual(Names[i])) continue;
            element = Types[i].Element;
            return true;
        }

        element = default;
        return false;
    }

    private static (string Name, ElementType Element, int Field, int Number) Of(ElementType element)
    {
        foreach (var type in Types)
            if (type.Element == element) return type;
        return Invariant.Unreachable<(string, ElementType, int, int)>(element);
    }
}
