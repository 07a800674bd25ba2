using Weighhouse.Kernel;
using Weighhouse.Serving;

namespace Weighhouse.Wire.OpenInference;

/// <summary>The protocol's words for types.</summary>
internal static class OpenInferenceTypes
{
    public static ElementType? Parse(ReadOnlySpan<byte> word) => word switch
    {
        _ when word.SequenceEqual("FP32"u8) => ElementType.Float32,
        _ when word.SequenceEqual("FP64"u8) => ElementType.Float64,
        _ when word.SequenceEqual("FP16"u8) => ElementType.Float16,
        _ when word.SequenceEqual("BF16"u8) => ElementType.BFloat16,
        _ when word.SequenceEqual("BOOL"u8) => ElementType.Bool,
        _ when word.SequenceEqual("UINT8"u8) => ElementType.UInt8,
        _ when word.SequenceEqual("UINT16"u8) => ElementType.UInt16,
        _ when word.SequenceEqual("UINT32"u8) => ElementType.UInt32,
        _ when word.SequenceEqual("UINT64"u8) => ElementType.UInt64,
        _ when word.SequenceEqual("INT8"u8) => ElementType.Int8,
        _ when word.SequenceEqual("INT16"u8) => ElementType.Int16,
        _ when word.SequenceEqual("INT32"u8) => ElementType.Int32,
        _ when word.SequenceEqual("INT64"u8) => ElementType.Int64,
        _ when word.SequenceEqual("BYTES"u8) => ElementType.Text,
        _ => null,
    };

    public static ReadOnlySpan<byte> Word(ElementType type) => type switch
    {
        ElementType.Float32 => "FP32"u8,
        ElementType.Float64 => "FP64"u8,
        ElementType.Float16 => "FP16"u8,
        ElementType.BFloat16 => "BF16"u8,
        ElementType.Bool => "BOOL"u8,
        ElementType.UInt8 => "UINT8"u8,
        ElementType.UInt16 => "UINT16"u8,
        ElementType.UInt32 => "UINT32"u8,
        ElementType.UInt64 => "UINT64"u8,
        ElementType.Int8 => "INT8"u8,
        ElementType.Int16 => "INT16"u8,
        ElementType.Int32 => "INT32"u8,
        ElementType.Int64 => "INT64"u8,
        ElementType.Text => "BYTES"u8,
        _ => throw new InvariantException($"The protocol has no word for {type}."),
    };

    /// <summary>The word for messages.</summary>
    public static string Name(ElementType type) => System.Text.Encoding.ASCII.GetString(Word(type));
}
