using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Wire.Grpc.Protobuf;
using Weighhouse.Wire.Grpc.Transport;
using Weighhouse.Wire.OpenInference;

namespace Weighhouse.Wire.Grpc.OpenInference;

/// <summary>ModelStatistics: of one model, one version of it, or all.</summary>
internal static class StatisticsHandler
{
    public static ValueTask<Result<Done>> AnswerAsync(GrpcCall call, MessageBuffer message, ProtoWriter reply)
    {
        if (!NamedModel.Read(message, "ModelStatisticsRequest").TryGet(out var model, out var error)) return new(error);
        if (!InferMessage.TargetOf(model.Name, model.Version).TryGet(out var target, out error)) return new(error);
        var found = call.Service<IServedModels>().Statistics(
            call.Caller, model.Name.Length > 0 ? model.Name : null, target.Version);
        if (!found.TryGet(out var all, out error)) return new(OpenInferenceErrors.Of(error, target));
        foreach (var version in all) Write(reply, version);
        return new(Done.Ok);
    }

    private static void Write(ProtoWriter reply, VersionStatistics version)
    {
        var mark = reply.Enter(1);
        reply.Text(1, version.Deployment);
        reply.Text(2, version.Version.ToString());
        reply.Int64(3, version.LastMs);
        reply.Int64(4, version.InferenceCount);
        reply.Int64(5, version.ExecutionCount);
        var statistics = reply.Enter(6);
        Write(reply, 1, version.Success);
        Write(reply, 2, version.Failure);
        Write(reply, 3, version.Queue);
        Write(reply, 4, version.ComputeInput);
        Write(reply, 5, version.ComputeInfer);
        Write(reply, 6, version.ComputeOutput);
        reply.Leave(statistics);
        reply.Leave(mark);
    }

    private static void Write(ProtoWriter reply, int field, DurationCount duration)
    {
        var mark = reply.Enter(field);
        reply.Int64(1, duration.Count);
        reply.Int64(2, duration.Nanoseconds);
        reply.Leave(mark);
    }
}
