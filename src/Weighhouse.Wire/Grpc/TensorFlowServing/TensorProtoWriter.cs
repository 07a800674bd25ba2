using Weighhouse.Serving;
using Weighhouse.Wire.Grpc.Protobuf;
using Weighhouse.Wire.Grpc.Tensors;

namespace Weighhouse.Wire.Grpc.TensorFlowServing;

/// <summary>An output as TensorProto: its elements in the list of their type, which is how TensorFlow Serving answers.</summary>
internal static class TensorProtoWriter
{
    public static void Write(ProtoWriter writer, int field, InferenceReply reply, int index)
    {
        var tensor = reply.Output(index);
        var mark = writer.Enter(field);
        writer.Int64(1, TensorFlowType.Of(tensor.Element));
        WriteShape(writer, 2, tensor.Shape);
        var list = TensorFlowType.ListFieldOf(tensor.Element);
        if (tensor.Element is ElementType.Text)
            for (var i = 0; i < tensor.Count; i++) writer.Bytes(list, tensor.Text(i));
        else if (tensor.Element is ElementType.Bool || ValueSink.IsFixed(tensor.Element))
            // A packed list of these is the elements as they lie.
            WriteBytes(writer, list, reply, index);
        else ValueSource.Write(writer, list, tensor);
        writer.Leave(mark);
    }

    public static void WriteShape(ProtoWriter writer, int field, ReadOnlySpan<long> shape)
    {
        var mark = writer.Enter(field);
        foreach (var size in shape)
        {
            var dimension = writer.Enter(2);
            writer.Int64(1, size);
            writer.Leave(dimension);
        }

        writer.Leave(mark);
    }

    private static void WriteBytes(ProtoWriter writer, int field, InferenceReply reply, int index)
    {
        var bytes = reply.Output(index).Bytes;
        if (bytes.IsEmpty) return;
        if (bytes.Length < ProtoWriter.NotedBytesMin) writer.Bytes(field, bytes);
        else writer.Bytes(field, new OutputBytes(reply, index));
    }
}
