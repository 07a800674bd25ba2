using Weighhouse.Serving;

namespace Weighhouse.Wire.TensorFlowServing;

/// <summary>The protocol's words for types: in metadata, and in messages.</summary>
internal static class RestTypes
{
    public static string Word(ElementType type) => type switch
    {
        ElementType.Float32 => "DT_FLOAT",
        ElementType.Float64 => "DT_DOUBLE",
        ElementType.Float16 => "DT_HALF",
        ElementType.BFloat16 => "DT_BFLOAT16",
        ElementType.Text => "DT_STRING",
        ElementType.Bool => "DT_BOOL",
        _ => "DT_" + type.ToString().ToUpperInvariant(),
    };

    public static string Name(ElementType type) => type switch
    {
        ElementType.Float32 => "float",
        ElementType.Float64 => "double",
        ElementType.Text => "string",
        _ => type.ToString().ToLowerInvariant(),
    };
}
