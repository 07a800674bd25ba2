namespace Weighhouse.Onnx.Format;

/// <summary>ValueInfoProto and TypeProto.</summary>
internal static class TypeReader
{
    private static readonly OnnxType Unknown = new(OnnxKind.Unknown);

    public static OnnxPort Port(ProtobufReader reader)
    {
        var (name, type) = ("", (OnnxType?)null);
        while (reader.Next())
        {
            if (reader.Is(1, WireType.Bytes)) name = reader.Text();
            else if (reader.Is(2, WireType.Bytes)) type = Type(reader.NestedMessage(), type);
            else reader.Skip();
        }

        return new OnnxPort(name, type ?? Unknown);
    }

    /// <summary>The last kind named holds; the same kind named twice is joined.</summary>
    public static OnnxType Type(ProtobufReader reader, OnnxType? before)
    {
        var type = before ?? Unknown;
        while (reader.Next())
        {
            switch (reader.Field, reader.Wire)
            {
                case (1, WireType.Bytes): type = Tensor(reader.Message(), Continue(type, OnnxKind.Tensor)); break;
                case (4, WireType.Bytes): type = Holder(reader.NestedMessage(), Continue(type, OnnxKind.Sequence), innerField: 1); break;
                case (5, WireType.Bytes): type = Holder(reader.NestedMessage(), Continue(type, OnnxKind.Map), innerField: 2); break;
                case (7, WireType.Bytes): type = Continue(type, OnnxKind.Opaque); reader.Skip(); break;
                case (8, WireType.Bytes): type = Tensor(reader.Message(), Continue(type, OnnxKind.SparseTensor)); break;
                case (9, WireType.Bytes): type = Holder(reader.NestedMessage(), Continue(type, OnnxKind.Optional), innerField: 1); break;
                default: reader.Skip(); break;
            }
        }

        return type;
    }

    private static OnnxType Continue(OnnxType type, OnnxKind kind) => type.Kind == kind ? type : new OnnxType(kind);

    private static OnnxType Tensor(ProtobufReader reader, OnnxType type)
    {
        while (reader.Next())
        {
            if (reader.Is(1, WireType.Varint)) type = type with { ElementType = (OnnxElementType)(int)reader.Integer() };
            else if (reader.Is(2, WireType.Bytes)) type = type with { Shape = Shape(reader.Message(), type.Shape) };
            else reader.Skip();
        }

        return type;
    }

    /// <summary>A sequence, a map or an optional value: what it holds, and the map's keys.</summary>
    private static OnnxType Holder(ProtobufReader reader, OnnxType type, int innerField)
    {
        while (reader.Next())
        {
            if (reader.Is(innerField, WireType.Bytes)) type = type with { Inner = Type(reader.NestedMessage(), type.Inner) };
            else if (innerField == 1 || !reader.Is(1, WireType.Varint)) reader.Skip();
            else type = type with { ElementType = (OnnxElementType)(int)reader.Integer() };
        }

        return type;
    }

    private static List<OnnxDimension> Shape(ProtobufReader reader, IReadOnlyList<OnnxDimension>? before)
    {
        // Joined in place: a copy for each piece would make the work grow with its square.
        var shape = before as List<OnnxDimension> ?? [];
        while (reader.Next())
        {
            if (reader.Is(1, WireType.Bytes)) shape.Add(Dimension(reader.Message()));
            else reader.Skip();
        }

        return shape;
    }

    private static OnnxDimension Dimension(ProtobufReader reader)
    {
        var dimension = default(OnnxDimension);
        while (reader.Next())
        {
            if (reader.Is(1, WireType.Varint)) dimension = new OnnxDimension(reader.Integer());
            else if (reader.Is(2, WireType.Bytes)) dimension = new OnnxDimension(null, reader.Text());
            else reader.Skip();
        }

        return dimension;
    }
}
