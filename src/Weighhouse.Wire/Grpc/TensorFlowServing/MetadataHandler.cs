using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Wire.Grpc.Protobuf;
using Weighhouse.Wire.Grpc.Transport;
using Weighhouse.Wire.TensorFlowServing;

namespace Weighhouse.Wire.Grpc.TensorFlowServing;

/// <summary>GetModelMetadata: the model's inputs and outputs as the signature serving_default.</summary>
internal static class MetadataHandler
{
    private const string Field = "signature_def";
    private const string TypeUrl = "type.googleapis.com/tensorflow.serving.SignatureDefMap";
    private const string PredictMethod = "tensorflow/serving/predict";

    public static ValueTask<Result<Done>> AnswerAsync(GrpcCall call, MessageBuffer message, ProtoWriter reply)
    {
        if (Read(message.Memory, out var spec) is { } wrong) return new(wrong);
        var found = call.Service<IServedModels>().Find(call.Caller, spec.Target);
        if (!found.TryGet(out var version, out var error)) return new(ServableWords.Of(error, spec.Target));
        spec.Write(reply, 1, version.Version, withSignature: false);
        var entry = reply.Enter(2);
        reply.Text(1, Field);
        var any = reply.Enter(2);
        reply.Text(1, TypeUrl);
        var map = reply.Enter(2);
        WriteSignature(reply, version.Shape);
        reply.Leave(map);
        reply.Leave(any);
        reply.Leave(entry);
        return new(Done.Ok);
    }

    private static Error? Read(ReadOnlyMemory<byte> message, out ModelSpec spec)
    {
        spec = default;
        List<string> fields = [];
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Key)
            {
                case (1 << 3) | ProtoWire.Bytes: spec.Read(ref reader); break;
                case (2 << 3) | ProtoWire.Bytes: fields.Add(reader.Text()); break;
                default: reader.Skip(); break;
            }
        }

        if ((reader.Refuse("GetModelMetadataRequest") ?? spec.Refuse()) is { } wrong) return wrong;
        if (fields.Count == 0) return Error.Invalid("GetModelMetadataRequest must specify at least one metadata_field");
        return fields.Find(field => field != Field) is { } other ? Error.Invalid($"Metadata field {other} is not supported") : null;
    }

    private static void WriteSignature(ProtoWriter reply, ModelShape shape)
    {
        var entry = reply.Enter(1);
        reply.Text(1, ServableWords.DefaultSignature);
        var signature = reply.Enter(2);
        foreach (var input in shape.Inputs) WritePort(reply, 1, input);
        foreach (var output in shape.Outputs) WritePort(reply, 2, output);
        reply.Text(3, PredictMethod);
        reply.Leave(signature);
        reply.Leave(entry);
    }

    private static void WritePort(ProtoWriter reply, int field, PortShape port)
    {
        var entry = reply.Enter(field);
        reply.Text(1, port.Name);
        var info = reply.Enter(2);
        reply.Text(1, port.Name);
        reply.Int64(2, TensorFlowType.Of(port.Element));
        var shape = reply.Enter(3);
        for (var i = 0; i < port.Dimensions?.Count; i++)
        {
            var dimension = reply.Enter(2);
            reply.Int64(1, port.Dimensions[i]);
            if (port.DimensionNames?[i] is { } name) reply.Text(2, name);
            reply.Leave(dimension);
        }

        reply.Bool(3, port.Dimensions is null);
        reply.Leave(shape);
        reply.Leave(info);
        reply.Leave(entry);
    }
}
