using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Wire.Grpc.Protobuf;
using Weighhouse.Wire.Grpc.Transport;
using Weighhouse.Wire.OpenInference;

namespace Weighhouse.Wire.Grpc.OpenInference;

/// <summary>The request of most methods: a name in field 1, and a version in field 2 that may be empty.</summary>
internal readonly record struct NamedModel(string Name, string Version)
{
    public static Result<NamedModel> Read(MessageBuffer message, string type)
    {
        var (name, version) = ("", "");
        var reader = new ProtoReader(message.Memory);
        while (reader.Next())
        {
            switch (reader.Key)
            {
                case (1 << 3) | ProtoWire.Bytes: name = reader.Text(); break;
                case (2 << 3) | ProtoWire.Bytes: version = reader.Text(); break;
                default: reader.Skip(); break;
            }
        }

        return reader.Refuse(type) is { } error ? error : new NamedModel(name, version);
    }

    /// <summary>The version that such a request means, which must be loaded.</summary>
    public Result<ServedVersion> Find(GrpcCall call)
    {
        if (!InferMessage.TargetOf(Name, Version).TryGet(out var target, out var error)) return error;
        var found = call.Service<IServedModels>().Find(call.Caller, target);
        return found.IsFailure ? OpenInferenceErrors.Of(found.Error, target) : found;
    }
}
