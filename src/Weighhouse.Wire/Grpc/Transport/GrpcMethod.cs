using Weighhouse.Kernel;
using Weighhouse.Wire.Grpc.Protobuf;

namespace Weighhouse.Wire.Grpc.Transport;

/// <summary>One question, one answer. What is refused is worded by the transport.</summary>
internal delegate ValueTask<Result<Done>> UnaryHandler(GrpcCall call, MessageBuffer request, ProtoWriter reply);

/// <summary>Reads and sends as it likes, until it returns.</summary>
internal delegate ValueTask<Result<Done>> StreamHandler(GrpcCall call);

/// <summary>One method: a line of its service's table, and of docs/reference/grpc-compatibility.md.</summary>
internal sealed record GrpcMethod
{
    private GrpcMethod(string service, string name, EndpointPolicy policy, string note)
    {
        (Service, Name, Policy, Note) = (service, name, policy, note);
        Path = $"/{service}/{name}";
    }

    public string Service { get; }

    public string Name { get; }

    public EndpointPolicy Policy { get; }

    /// <summary>What a reader of the protocol's own specification would want to know.</summary>
    public string Note { get; }

    public string Path { get; }

    public UnaryHandler? Unary { get; private init; }

    public StreamHandler? Stream { get; private init; }

    /// <summary>Whether its messages are questions of a few bytes, so that nobody has a reason to send more.</summary>
    public bool IsSmall { get; init; }

    public static GrpcMethod Of(string service, string name, EndpointPolicy policy, UnaryHandler handler, string note) =>
        new(service, name, policy, note) { Unary = handler };

    public static GrpcMethod Streaming(string service, string name, EndpointPolicy policy, StreamHandler handler, string note) =>
        new(service, name, policy, note) { Stream = handler };
}
