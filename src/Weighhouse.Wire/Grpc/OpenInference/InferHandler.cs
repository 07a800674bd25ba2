using System.Buffers.Binary;
using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Wire.Grpc.Protobuf;
using Weighhouse.Wire.Grpc.Tensors;
using Weighhouse.Wire.Grpc.Transport;
using Weighhouse.Wire.OpenInference;

namespace Weighhouse.Wire.Grpc.OpenInference;

/// <summary>ModelInfer, and ModelStreamInfer, which answers one request after the other.</summary>
internal static class InferHandler
{
    public static async ValueTask<Result<Done>> AnswerAsync(GrpcCall call, MessageBuffer message, ProtoWriter reply)
    {
        var inferred = await InferAsync(call, message);
        if (!inferred.TryGet(out var answer, out var error)) return error;
        call.Own(answer);
        Write(reply, answer);
        return Done.Ok;
    }

    /// <summary>An error answers its request and the stream goes on, as in Triton.</summary>
    public static async ValueTask<Result<Done>> AnswerStreamAsync(GrpcCall call)
    {
        using var reply = new ProtoWriter();
        while (true)
        {
            var next = await call.NextAsync();
            if (!next.TryGet(out var message, out var error)) return error;
            if (message is null) return Done.Ok;
            using (message)
            {
                reply.Clear();
                var inferred = await InferAsync(call, message);
                using var answer = inferred.IsFailure ? null : inferred.Value;
                var mark = answer is null ? default : reply.Enter(2);
                if (answer is null) reply.Text(1, inferred.Error!.Message);
                else
                {
                    Write(reply, answer);
                    reply.Leave(mark);
                }

                var sent = await call.SendAsync(reply);
                if (sent.IsFailure) return sent;
            }
        }
    }

    private static async ValueTask<Result<Inferred>> InferAsync(GrpcCall call, MessageBuffer message)
    {
        if (InferMessage.Read(message.Memory, out var head) is { } wrong) return wrong;
        if (!head.Target.TryGet(out var target, out var error)) return error;
        var predictor = call.Service<IPredictor>();
        var begun = await predictor.BeginAsync(call.Caller, target, call.Cancellation);
        if (!begun.TryGet(out var request, out error)) return OpenInferenceErrors.Of(error, target);
        var isAnswered = false;
        try
        {
            request.Id = head.Id.Length > 0 ? head.Id : null;
            request.Priority = head.Priority;
            request.Deadline = DeadlineOf(call, head);
            if (InferInputs.Read(message.Memory, head, request) is { } refused) return refused;
            var predicted = await predictor.PredictAsync(request, call.Cancellation);
            if (!predicted.TryGet(out var reply, out error)) return error;
            isAnswered = true;
            return new Inferred(request, reply);
        }
        finally
        {
            if (!isAnswered) request.Dispose();
        }
    }

    /// <summary>The sooner of the call's deadline and the request's timeout.</summary>
    private static long? DeadlineOf(GrpcCall call, in InferMessage head)
    {
        if (head.TimeoutUs == 0) return call.Deadline;
        var time = call.Backend.Time;
        var seconds = Math.Min(head.TimeoutUs / 1e6, TimeSpan.FromDays(1).TotalSeconds);
        var own = time.GetTimestamp() + (long)(seconds * time.TimestampFrequency);
        return call.Deadline is { } deadline ? Math.Min(own, deadline) : own;
    }

    private static void Write(ProtoWriter reply, Inferred inferred)
    {
        var answer = inferred.Reply;
        reply.Text(1, answer.Version.Deployment);
        reply.Text(2, answer.Version.VersionText);
        reply.Text(3, inferred.Request.Id ?? "");
        for (var i = 0; i < answer.Count; i++)
        {
            var output = answer.Output(i);
            var mark = reply.Enter(5);
            reply.Bytes(1, answer.Version.Shape.OutputName(answer.Place(i)));
            reply.Text(2, OpenInferenceTypes.Name(output.Element));
            var shape = reply.Enter(3);
            foreach (var size in output.Shape) reply.Packed((ulong)size);
            reply.Leave(shape);
            reply.Leave(mark);
        }

        for (var i = 0; i < answer.Count; i++) WriteRaw(reply, answer, i);
    }

    private static void WriteRaw(ProtoWriter reply, InferenceReply answer, int index)
    {
        var output = answer.Output(index);
        if (output.Element is not ElementType.Text)
        {
            if (output.Bytes.Length < ProtoWriter.NotedBytesMin) reply.Bytes(6, output.Bytes);
            else reply.Bytes(6, new OutputBytes(answer, index));
            return;
        }

        var mark = reply.Enter(6);
        Span<byte> length = stackalloc byte[sizeof(uint)];
        for (var i = 0; i < output.Count; i++)
        {
            var text = output.Text(i);
            BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
            reply.Append(length);
            reply.Append(text);
        }

        reply.Leave(mark);
    }
}

/// <summary>An answer and the request in whose memory it may lie.</summary>
internal sealed class Inferred(InferenceRequest request, InferenceReply reply) : IDisposable
{
    public InferenceRequest Request => request;

    public InferenceReply Reply => reply;

    public void Dispose()
    {
        reply.Dispose();
        request.Dispose();
    }
}
