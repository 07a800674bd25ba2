using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Wire.Grpc.Protobuf;
using Weighhouse.Wire.Grpc.Transport;

namespace Weighhouse.Wire.Grpc.TensorFlowServing;

/// <summary>GetModelStatus: how the versions of a model stand, the highest first; or of the one that is named.</summary>
internal static class StatusHandler
{
    public static ValueTask<Result<Done>> AnswerAsync(GrpcCall call, MessageBuffer message, ProtoWriter reply)
    {
        if (Read(message.Memory, out var spec) is { } wrong) return new(wrong);
        var found = call.Service<IServedModels>().Versions(call.Caller, spec.Name);
        if (!found.TryGet(out var versions, out var error)) return new(error.Code is ErrorCode.NotFound ? Missing(spec) : error);
        var isFound = false;
        foreach (var version in versions)
        {
            if (spec.Version is { } number && version.Version != number) continue;
            if (spec.Label is { } label && !version.Labels.Contains(label, StringComparer.Ordinal)) continue;
            isFound = true;
            Write(reply, version);
        }

        if (isFound) return new(Done.Ok);
        return new(spec.Label is null ? Missing(spec) : Error.Invalid($"Unrecognized servable version label: {spec.Label}"));
    }

    private static Error Missing(in ModelSpec spec) => Error.NotFound(spec.Version is { } version
        ? $"Could not find version {version} of model {spec.Name}"
        : $"Could not find any versions of model {spec.Name}");

    private static void Write(ProtoWriter reply, VersionStatus version)
    {
        var mark = reply.Enter(1);
        reply.Int64(1, version.Version);
        reply.Int64(2, (int)version.State);
        var status = reply.Enter(3);
        if (version.Error is { } error)
        {
            reply.Int64(1, (int)GrpcCodes.Of(error.Code));
            reply.Text(2, error.Message);
        }

        reply.Leave(status);
        reply.Leave(mark);
    }

    private static Error? Read(ReadOnlyMemory<byte> message, out ModelSpec spec)
    {
        spec = default;
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Key == ((1 << 3) | ProtoWire.Bytes)) spec.Read(ref reader);
            else reader.Skip();
        }

        return reader.Refuse("GetModelStatusRequest") ?? spec.Refuse();
    }
}
