using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Wire.Grpc.Protobuf;
using Weighhouse.Wire.Grpc.Transport;

namespace Weighhouse.Wire.Grpc.OpenInference;

/// <summary>What there is to load, loading it and taking it out of memory again: of deployments, which are made elsewhere.</summary>
internal static class RepositoryHandlers
{
    public static ValueTask<Result<Done>> IndexAsync(GrpcCall call, MessageBuffer message, ProtoWriter reply)
    {
        if (!ReadIndex(message).TryGet(out var isReadyOnly, out var error)) return new(error);
        foreach (var version in call.Service<IServedModels>().List(call.Caller))
        {
            if (isReadyOnly && version.State is not VersionState.Available) continue;
            var mark = reply.Enter(1);
            reply.Text(1, version.Deployment);
            reply.Text(2, version.Version.ToString());
            reply.Text(3, WordOf(version.State));
            reply.Text(4, version.Error?.Message ?? (version.State is VersionState.End ? "unloaded" : ""));
            reply.Leave(mark);
        }

        return new(Done.Ok);
    }

    public static async ValueTask<Result<Done>> LoadAsync(GrpcCall call, MessageBuffer message, ProtoWriter reply)
    {
        if (!ReadName(message, "RepositoryModelLoadRequest").TryGet(out var asked, out var error)) return error;
        if (asked.HasFiles)
            return new Error(
                ErrorCode.NotSupported,
                $"failed to load '{asked.Model}': files and configurations in a request are not taken; register a version instead");
        var loaded = await call.Service<IServedModels>().LoadAsync(call.Caller, asked.Model, call.Cancellation);
        return loaded.Error is { } refused
            ? refused with { Message = $"failed to load '{asked.Model}', {refused.Message}" }
            : loaded;
    }

    public static async ValueTask<Result<Done>> UnloadAsync(GrpcCall call, MessageBuffer message, ProtoWriter reply)
    {
        if (!ReadName(message, "RepositoryModelUnloadRequest").TryGet(out var asked, out var error)) return error;
        var unloaded = await call.Service<IServedModels>().UnloadAsync(call.Caller, asked.Model, call.Cancellation);
        return unloaded.Error is { } refused
            ? refused with { Message = $"failed to unload '{asked.Model}', {refused.Message}" }
            : unloaded;
    }

    private static string WordOf(VersionState state) => state switch
    {
        VersionState.Available => "READY",
        VersionState.Start or VersionState.Loading => "LOADING",
        VersionState.Unloading => "UNLOADING",
        _ => "UNAVAILABLE",
    };

    private static Result<bool> ReadIndex(MessageBuffer message)
    {
        var isReadyOnly = false;
        var reader = new ProtoReader(message.Memory);
        while (reader.Next())
        {
            if (reader.Key == ((2 << 3) | ProtoWire.Varint)) isReadyOnly = reader.Bool();
            else reader.Skip();
        }

        return reader.Refuse("RepositoryIndexRequest") is { } error ? error : isReadyOnly;
    }

    private static Result<(string Model, bool HasFiles)> ReadName(MessageBuffer message, string type)
    {
        var (name, hasFiles) = ("", false);
        var reader = new ProtoReader(message.Memory);
        while (reader.Next())
        {
            switch (reader.Key)
            {
                case (2 << 3) | ProtoWire.Bytes: name = reader.Text(); break;
                case (3 << 3) | ProtoWire.Bytes: hasFiles |= InferParameter.Read(ref reader).Name is not "unload_dependents"; break;
                default: reader.Skip(); break;
            }
        }

        return reader.Refuse(type) is { } error ? error : (name, hasFiles);
    }
}
