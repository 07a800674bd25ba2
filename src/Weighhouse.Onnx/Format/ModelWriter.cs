using Weighhouse.Onnx.Graphs;

namespace Weighhouse.Onnx.Format;

/// <summary>The bytes of a model's file. What is empty or zero is left out, as protocol buffers do.</summary>
internal static class ModelWriter
{
    public static byte[] Write(OnnxModel model)
    {
        var writer = new ProtobufWriter();
        writer.Integer(1, model.IrVersion);
        writer.TextUnlessEmpty(2, model.Producer);
        writer.TextUnlessEmpty(3, model.ProducerVersion);
        writer.TextUnlessEmpty(4, model.Domain);
        writer.IntegerUnlessZero(5, model.ModelVersion);
        writer.TextUnlessEmpty(6, model.Description);
        writer.Message(7, inner => GraphWriter.Graph(inner, model.Graph));
        foreach (var set in model.OperatorSets) writer.Message(8, inner => OperatorSet(inner, set));
        foreach (var fact in model.Metadata) writer.Message(14, inner => Entry(inner, fact.Key, fact.Value));
        foreach (var function in model.Functions) writer.Message(25, inner => Function(inner, function));
        return writer.Written.ToArray();
    }

    public static void Entry(ProtobufWriter writer, string key, string value)
    {
        writer.Text(1, key);
        writer.Text(2, value);
    }

    private static void OperatorSet(ProtobufWriter writer, OnnxOperatorSet set)
    {
        writer.TextUnlessEmpty(1, set.Domain);
        writer.Integer(2, set.Version);
    }

    private static void Function(ProtobufWriter writer, OnnxFunction function)
    {
        writer.Text(1, function.Name);
        foreach (var name in function.Inputs) writer.Text(4, name);
        foreach (var name in function.Outputs) writer.Text(5, name);
        foreach (var node in function.Nodes) writer.Message(7, inner => GraphWriter.Node(inner, node));
        foreach (var set in function.OperatorSets) writer.Message(9, inner => OperatorSet(inner, set));
        writer.TextUnlessEmpty(10, function.Domain);
    }
}
