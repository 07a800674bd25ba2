using System.Globalization;
using Weighhouse.Onnx.Graphs;

namespace Weighhouse.Onnx.Format;

internal static class GraphWriter
{
    public static void Graph(ProtobufWriter writer, OnnxGraph graph)
    {
        foreach (var node in graph.Nodes) writer.Message(1, inner => Node(inner, node));
        writer.TextUnlessEmpty(2, graph.Name);
        foreach (var tensor in graph.Weights) writer.Message(5, inner => Tensor(inner, tensor));
        writer.TextUnlessEmpty(10, graph.Description);
        foreach (var port in graph.Inputs) writer.Message(11, inner => Port(inner, port));
        foreach (var port in graph.Outputs) writer.Message(12, inner => Port(inner, port));
        foreach (var port in graph.Values) writer.Message(13, inner => Port(inner, port));
        foreach (var sparse in graph.SparseWeights) writer.Message(15, inner => Sparse(inner, sparse));
    }

    public static void Node(ProtobufWriter writer, OnnxNode node)
    {
        foreach (var name in node.Inputs) writer.Text(1, name);
        foreach (var name in node.Outputs) writer.Text(2, name);
        writer.TextUnlessEmpty(3, node.Name);
        writer.Text(4, node.Operator);
        foreach (var attribute in node.Attributes) writer.Message(5, inner => Attribute(inner, attribute));
        writer.TextUnlessEmpty(7, node.Domain);
    }

    private static void Attribute(ProtobufWriter writer, OnnxAttribute attribute)
    {
        writer.Text(1, attribute.Name);
        if (attribute.Kind is OnnxAttributeKind.Number) writer.Number(2, attribute.Number);
        if (attribute.Kind is OnnxAttributeKind.Integer) writer.Integer(3, attribute.Integer);
        if (attribute.Kind is OnnxAttributeKind.Text) writer.Bytes(4, attribute.Text.Span);
        if (attribute.Tensor is { } tensor) writer.Message(5, inner => Tensor(inner, tensor));
        if (attribute.Graph is { } graph) writer.Message(6, inner => Graph(inner, graph));
        writer.Numbers(7, attribute.Numbers);
        writer.Integers(8, attribute.Integers);
        foreach (var text in attribute.Texts) writer.Bytes(9, text.Span);
        foreach (var each in attribute.Tensors) writer.Message(10, inner => Tensor(inner, each));
        foreach (var each in attribute.Graphs) writer.Message(11, inner => Graph(inner, each));
        if (attribute.Type is { } type) writer.Message(14, inner => Type(inner, type));
        foreach (var each in attribute.Types) writer.Message(15, inner => Type(inner, each));
        writer.Integer(20, (int)attribute.Kind);
        if (attribute.SparseTensor is { } sparse) writer.Message(22, inner => Sparse(inner, sparse));
        foreach (var each in attribute.SparseTensors) writer.Message(23, inner => Sparse(inner, each));
    }

    private static void Tensor(ProtobufWriter writer, OnnxTensor tensor)
    {
        writer.Integers(1, tensor.Shape);
        writer.Integer(2, (int)tensor.ElementType);
        foreach (var text in tensor.Texts) writer.Bytes(6, text.Span);
        writer.TextUnlessEmpty(8, tensor.Name);
        if (tensor.External is not { } external)
        {
            if (tensor.ElementType != OnnxElementType.String) writer.Bytes(9, tensor.Bytes.Span);
            return;
        }

        writer.Message(13, inner => ModelWriter.Entry(inner, "location", external.Location));
        if (external.OffsetBytes != 0) writer.Message(13, inner => ModelWriter.Entry(inner, "offset", Amount(external.OffsetBytes)));
        if (external.LengthBytes is { } length) writer.Message(13, inner => ModelWriter.Entry(inner, "length", Amount(length)));
        writer.Integer(14, 1);
    }

    private static void Sparse(ProtobufWriter writer, OnnxSparseTensor sparse)
    {
        writer.Message(1, inner => Tensor(inner, sparse.Values));
        writer.Message(2, inner => Tensor(inner, sparse.Indices));
        writer.Integers(3, sparse.Shape);
    }

    private static void Port(ProtobufWriter writer, OnnxPort port)
    {
        writer.Text(1, port.Name);
        if (port.Type.Kind is not OnnxKind.Unknown) writer.Message(2, inner => Type(inner, port.Type));
    }

    private static void Type(ProtobufWriter writer, OnnxType type)
    {
        switch (type.Kind)
        {
            case OnnxKind.Tensor: writer.Message(1, inner => TensorType(inner, type)); break;
            case OnnxKind.Sequence: writer.Message(4, inner => Inner(inner, 1, type)); break;
            case OnnxKind.Map:
                writer.Message(5, inner =>
                {
                    inner.Integer(1, (int)type.ElementType);
                    Inner(inner, 2, type);
                });
                break;
            case OnnxKind.SparseTensor: writer.Message(8, inner => TensorType(inner, type)); break;
            case OnnxKind.Optional: writer.Message(9, inner => Inner(inner, 1, type)); break;
            default: break;
        }
    }

    private static void Inner(ProtobufWriter writer, int field, OnnxType type)
    {
        if (type.Inner is { } held) writer.Message(field, inner => Type(inner, held));
    }

    private static void TensorType(ProtobufWriter writer, OnnxType type)
    {
        writer.Integer(1, (int)type.ElementType);
        if (type.Shape is { } shape) writer.Message(2, inner => Shape(inner, shape));
    }

    private static void Shape(ProtobufWriter writer, IReadOnlyList<OnnxDimension> shape)
    {
        foreach (var dimension in shape)
        {
            writer.Message(1, inner =>
            {
                if (dimension.Size is { } size) inner.Integer(1, size);
                else inner.TextUnlessEmpty(2, dimension.Name ?? "");
            });
        }
    }

    private static string Amount(long bytes) => bytes.ToString(CultureInfo.InvariantCulture);
}
