using System.Buffers.Binary;
using Weighhouse.Serving;
using Weighhouse.Wire.Grpc.Protobuf;

namespace Weighhouse.Wire.Grpc.Tensors;

/// <summary>Writes the elements of a tensor into a packed field, where its type is sent as varints.</summary>
internal static class ValueSource
{
    public static void Write(ProtoWriter writer, int field, TensorView tensor)
    {
        if (tensor.Count == 0) return;
        var mark = writer.Enter(field);
        var width = tensor.Element.Width();
        for (var bytes = tensor.Bytes; bytes.Length >= width; bytes = bytes[width..]) writer.Packed(ValueOf(tensor.Element, bytes));
        writer.Leave(mark);
    }

    private static ulong ValueOf(ElementType element, ReadOnlySpan<byte> bytes) => element switch
    {
        ElementType.Bool or ElementType.UInt8 => bytes[0],
        ElementType.Int8 => (ulong)(sbyte)bytes[0],
        ElementType.Int16 => (ulong)BinaryPrimitives.ReadInt16LittleEndian(bytes),
        ElementType.UInt16 or ElementType.Float16 or ElementType.BFloat16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        ElementType.Int32 => (ulong)BinaryPrimitives.ReadInt32LittleEndian(bytes),
        ElementType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
    };
}
