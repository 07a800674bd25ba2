using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Wire.Grpc.Protobuf;
using Weighhouse.Wire.Grpc.Transport;
using Weighhouse.Wire.OpenInference;

namespace Weighhouse.Wire.Grpc.OpenInference;

/// <summary>What the server and its models are.</summary>
internal static class MetadataHandlers
{
    public static ValueTask<Result<Done>> LiveAsync(GrpcCall call, MessageBuffer message, ProtoWriter reply)
    {
        reply.Bool(1, true);
        return new(Done.Ok);
    }

    public static ValueTask<Result<Done>> ReadyAsync(GrpcCall call, MessageBuffer message, ProtoWriter reply)
    {
        reply.Bool(1, call.Service<IServedModels>().IsReady && !call.Backend.Lifetime.ApplicationStopping.IsCancellationRequested);
        return new(Done.Ok);
    }

    public static ValueTask<Result<Done>> ServerAsync(GrpcCall call, MessageBuffer message, ProtoWriter reply)
    {
        reply.Text(1, call.Service<OpenInferenceOptions>().ServerName);
        reply.Text(2, OpenInferenceServer.Version);
        foreach (var extension in OpenInferenceServer.Extensions) reply.Text(3, extension);
        return new(Done.Ok);
    }

    /// <summary>A model that is there but not loaded is not ready; one that is not there is not found.</summary>
    public static ValueTask<Result<Done>> ModelReadyAsync(GrpcCall call, MessageBuffer message, ProtoWriter reply)
    {
        if (!NamedModel.Read(message, "ModelReadyRequest").TryGet(out var model, out var error)) return new(error);
        var found = model.Find(call);
        if (found.Error is { Code: not ErrorCode.Unavailable } refused) return new(refused);
        reply.Bool(1, !found.IsFailure);
        return new(Done.Ok);
    }

    public static ValueTask<Result<Done>> ModelAsync(GrpcCall call, MessageBuffer message, ProtoWriter reply)
    {
        if (!NamedModel.Read(message, "ModelMetadataRequest").TryGet(out var model, out var error)) return new(error);
        if (!model.Find(call).TryGet(out var version, out error)) return new(error);
        if (!call.Service<IServedModels>().Versions(call.Caller, model.Name).TryGet(out var versions, out error)) return new(error);
        reply.Text(1, version.Deployment);
        for (var i = versions.Count - 1; i >= 0; i--)
        {
            var isMeant = model.Version.Length == 0 ? versions[i].State is VersionState.Available : versions[i].Version == version.Version;
            if (isMeant) reply.Text(2, versions[i].Version.ToString());
        }

        reply.Text(3, OpenInferenceServer.PlatformOf(version));
        foreach (var port in version.Shape.Inputs) WriteTensor(reply, 4, port);
        foreach (var port in version.Shape.Outputs) WriteTensor(reply, 5, port);
        return new(Done.Ok);
    }

    public static ValueTask<Result<Done>> ConfigAsync(GrpcCall call, MessageBuffer message, ProtoWriter reply)
    {
        if (!NamedModel.Read(message, "ModelConfigRequest").TryGet(out var model, out var error)) return new(error);
        if (!model.Find(call).TryGet(out var version, out error)) return new(error);
        var mark = reply.Enter(1);
        reply.Text(1, version.Deployment);
        reply.Text(2, OpenInferenceServer.PlatformOf(version));
        foreach (var port in version.Shape.Inputs) WritePort(reply, 5, 4, port);
        foreach (var port in version.Shape.Outputs) WritePort(reply, 6, 3, port);
        reply.Text(17, OpenInferenceServer.BackendOf(version));
        reply.Leave(mark);
        return new(Done.Ok);
    }

    private static void WriteTensor(ProtoWriter reply, int field, PortShape port)
    {
        var mark = reply.Enter(field);
        reply.Text(1, port.Name);
        reply.Text(2, OpenInferenceTypes.Name(port.Element));
        WriteSizes(reply, 3, port);
        reply.Leave(mark);
    }

    private static void WritePort(ProtoWriter reply, int field, int sizesField, PortShape port)
    {
        var mark = reply.Enter(field);
        reply.Text(1, port.Name);
        reply.Int64(2, OpenInferenceType.NumberOf(port.Element));
        WriteSizes(reply, sizesField, port);
        reply.Leave(mark);
    }

    private static void WriteSizes(ProtoWriter reply, int field, PortShape port)
    {
        if (port.Dimensions is not { Count: > 0 } sizes) return;
        var mark = reply.Enter(field);
        foreach (var size in sizes) reply.Packed((ulong)size);
        reply.Leave(mark);
    }
}
