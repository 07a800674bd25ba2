using Weighhouse.Kernel;
using Weighhouse.Onnx.Graphs;

namespace Weighhouse.Onnx.Format;

/// <summary>
/// ModelProto and its parts. As protocol buffers demand, a message that comes twice is one whose fields are joined: a reader that took
/// the last would see another model than the runtime does. (Tensors in pieces are refused: nobody writes them.)
/// </summary>
internal static class ModelReader
{
    public static Result<OnnxModel> Read(ReadOnlyMemory<byte> bytes, OnnxReadLimits limits)
    {
        if (bytes.Length > limits.BytesMax)
            return Error.Invalid(
                $"The model has {bytes.Length:N0} bytes; the limit is {limits.BytesMax:N0}. Keep its weights in external files.");
        try
        {
            var model = new OnnxModel { IrVersion = 0, Producer = "" };
            return Model(new ProtobufReader(bytes, new ReadBudget(limits)), model)
                ? model
                : Error.Invalid("The file is no ONNX model: it has no graph or no IR version. Export it again, in the ONNX format.");
        }
        catch (MalformedModelException malformed)
        {
            return Error.Invalid($"The file is no ONNX model, or damaged: {malformed.Message}. Export or copy it again.");
        }
    }

    private static bool Model(ProtobufReader reader, OnnxModel model)
    {
        var hasGraph = false;
        while (reader.Next())
        {
            switch (reader.Field, reader.Wire)
            {
                case (1, WireType.Varint): model.IrVersion = reader.Integer(); break;
                case (2, WireType.Bytes): model.Producer = reader.Text(); break;
                case (3, WireType.Bytes): model.ProducerVersion = reader.Text(); break;
                case (4, WireType.Bytes): model.Domain = reader.Text(); break;
                case (5, WireType.Varint): model.ModelVersion = reader.Integer(); break;
                case (6, WireType.Bytes): model.Description = reader.Text(); break;
                case (7, WireType.Bytes):
                    GraphReader.Graph(reader.NestedMessage(), model.Graph);
                    hasGraph = true;
                    break;
                case (8, WireType.Bytes): model.OperatorSets.Add(OperatorSet(reader.Message())); break;
                case (14, WireType.Bytes):
                    var (key, value) = Entry(reader.Message());
                    model.Metadata.Add(KeyValuePair.Create(key, value));
                    break;
                case (25, WireType.Bytes): model.Functions.Add(Function(reader.NestedMessage())); break;
                default: reader.Skip(); break;
            }
        }

        return hasGraph && model.IrVersion > 0;
    }

    private static OnnxFunction Function(ProtobufReader reader)
    {
        var function = new OnnxFunction();
        while (reader.Next())
        {
            switch (reader.Field, reader.Wire)
            {
                case (1, WireType.Bytes): function.Name = reader.Text(); break;
                case (4, WireType.Bytes): function.Inputs.Add(reader.Text()); break;
                case (5, WireType.Bytes): function.Outputs.Add(reader.Text()); break;
                case (7, WireType.Bytes): function.Nodes.Add(GraphReader.Node(reader.NestedMessage())); break;
                case (9, WireType.Bytes): function.OperatorSets.Add(OperatorSet(reader.Message())); break;
                case (10, WireType.Bytes): function.Domain = reader.Text(); break;
                default: reader.Skip(); break;
            }
        }

        return function;
    }

    private static OnnxOperatorSet OperatorSet(ProtobufReader reader)
    {
        var (domain, version) = ("", 0L);
        while (reader.Next())
        {
            if (reader.Is(1, WireType.Bytes)) domain = reader.Text();
            else if (reader.Is(2, WireType.Varint)) version = reader.Integer();
            else reader.Skip();
        }

        return new OnnxOperatorSet(domain, version);
    }

    public static (string Key, string Value) Entry(ProtobufReader reader)
    {
        var (key, value) = ("", "");
        while (reader.Next())
        {
            if (reader.Is(1, WireType.Bytes)) key = reader.Text();
            else if (reader.Is(2, WireType.Bytes)) value = reader.Text();
            else reader.Skip();
        }

        return (key, value);
    }
}
