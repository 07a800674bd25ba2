using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Wire.Grpc.Protobuf;
using Weighhouse.Wire.Grpc.Transport;
using Weighhouse.Wire.TensorFlowServing;

namespace Weighhouse.Wire.Grpc.TensorFlowServing;

internal static class PredictHandler
{
    public static async ValueTask<Result<Done>> AnswerAsync(GrpcCall call, MessageBuffer message, ProtoWriter reply)
    {
        if (PredictRequest.ReadSpec(message.Memory, out var spec) is { } wrong) return wrong;
        var predictor = call.Service<IPredictor>();
        var begun = await predictor.BeginAsync(call.Caller, spec.Target, call.Cancellation);
        if (!begun.TryGet(out var request, out var error)) return ServableWords.Of(error, spec.Target);
        call.Own(request);
        if (spec.RefuseSignature() is { } unknown) return unknown;
        request.Deadline = call.Deadline;
        if (PredictRequest.ReadTensors(message.Memory, request) is { } refused) return refused;
        var predicted = await predictor.PredictAsync(request, call.Cancellation);
        if (!predicted.TryGet(out var answer, out error)) return error;
        call.Own(answer);
        Write(reply, answer, spec);
        return Done.Ok;
    }

    private static void Write(ProtoWriter reply, InferenceReply answer, in ModelSpec spec)
    {
        var shape = answer.Version.Shape;
        for (var i = 0; i < answer.Count; i++)
        {
            var entry = reply.Enter(1);
            reply.Bytes(1, shape.OutputName(answer.Place(i)));
            TensorProtoWriter.Write(reply, 2, answer, i);
            reply.Leave(entry);
        }

        spec.Write(reply, 2, answer.Version.Version);
    }
}
