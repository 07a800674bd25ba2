using Weighhouse.Onnx.Graphs;

namespace Weighhouse.Onnx.Format;

/// <summary>GraphProto, NodeProto, AttributeProto.</summary>
internal static class GraphReader
{
    public static void Graph(ProtobufReader reader, OnnxGraph graph)
    {
        while (reader.Next())
        {
            switch (reader.Field, reader.Wire)
            {
                case (1, WireType.Bytes): graph.Nodes.Add(Node(reader.NestedMessage())); break;
                case (2, WireType.Bytes): graph.Name = reader.Text(); break;
                case (5, WireType.Bytes): graph.Weights.Add(TensorReader.Tensor(reader.Message())); break;
                case (10, WireType.Bytes): graph.Description = reader.Text(); break;
                case (11, WireType.Bytes): graph.Inputs.Add(TypeReader.Port(reader.Message())); break;
                case (12, WireType.Bytes): graph.Outputs.Add(TypeReader.Port(reader.Message())); break;
                case (13, WireType.Bytes): graph.Values.Add(TypeReader.Port(reader.Message())); break;
                case (15, WireType.Bytes): graph.SparseWeights.Add(TensorReader.Sparse(reader.Message())); break;
                default: reader.Skip(); break;
            }
        }
    }

    public static OnnxNode Node(ProtobufReader reader)
    {
        var node = new OnnxNode();
        while (reader.Next())
        {
            switch (reader.Field, reader.Wire)
            {
                case (1, WireType.Bytes): node.Inputs.Add(reader.Text()); break;
                case (2, WireType.Bytes): node.Outputs.Add(reader.Text()); break;
                case (3, WireType.Bytes): node.Name = reader.Text(); break;
                case (4, WireType.Bytes): node.Operator = reader.Text(); break;
                case (5, WireType.Bytes): node.Attributes.Add(Attribute(reader.Message())); break;
                case (7, WireType.Bytes): node.Domain = reader.Text(); break;
                default: reader.Skip(); break;
            }
        }

        return node;
    }

    private static OnnxAttribute Attribute(ProtobufReader reader)
    {
        var (attribute, hasTensor, hasSparse) = (new OnnxAttribute(), false, false);
        while (reader.Next())
        {
            switch (reader.Field, reader.Wire)
            {
                case (1, WireType.Bytes): attribute.Name = reader.Text(); break;
                case (2, WireType.Fixed32): attribute.Number = reader.Number(); break;
                case (3, WireType.Varint): attribute.Integer = reader.Integer(); break;
                case (4, WireType.Bytes): attribute.Text = reader.Bytes(); break;
                case (5, WireType.Bytes): attribute.Tensor = TensorReader.Tensor(reader.MessageOnce(ref hasTensor)); break;
                case (6, WireType.Bytes): Graph(reader.NestedMessage(), attribute.Graph ??= new OnnxGraph { Name = "" }); break;
                case (7, WireType.Fixed32 or WireType.Bytes): reader.Numbers(attribute.Numbers); break;
                case (8, WireType.Varint or WireType.Bytes): reader.Integers(attribute.Integers); break;
                case (9, WireType.Bytes): attribute.Texts.Add(reader.ListedBytes()); break;
                case (10, WireType.Bytes): attribute.Tensors.Add(TensorReader.Tensor(reader.Message())); break;
                case (11, WireType.Bytes):
                    var graph = new OnnxGraph { Name = "" };
                    Graph(reader.NestedMessage(), graph);
                    attribute.Graphs.Add(graph);
                    break;
                case (14, WireType.Bytes): attribute.Type = TypeReader.Type(reader.NestedMessage(), attribute.Type); break;
                case (15, WireType.Bytes): attribute.Types.Add(TypeReader.Type(reader.NestedMessage(), null)); break;
                case (20, WireType.Varint): attribute.Kind = (OnnxAttributeKind)(int)reader.Integer(); break;
                case (22, WireType.Bytes): attribute.SparseTensor = TensorReader.Sparse(reader.MessageOnce(ref hasSparse)); break;
                case (23, WireType.Bytes): attribute.SparseTensors.Add(TensorReader.Sparse(reader.Message())); break;
                default: reader.Skip(); break;
            }
        }

        return attribute;
    }
}
