using Weighhouse.Kernel;
using Weighhouse.Wire.Grpc.Protobuf;
using Weighhouse.Wire.Grpc.Transport;

namespace Weighhouse.Wire.Grpc.OpenInference;

/// <summary>
/// Memory that client and server share is refused: a client could change a tensor while the model reads it. There is none registered, and
/// taking all of it back succeeds, which clients do before they begin.
/// </summary>
internal static class SharedMemoryHandlers
{
    public static readonly Error Refused = new(
        ErrorCode.NotSupported, "shared memory is not spoken here: send tensors in the request, as raw_input_contents");

    public static ValueTask<Result<Done>> NoneAsync(GrpcCall call, MessageBuffer message, ProtoWriter reply) => new(Done.Ok);

    public static ValueTask<Result<Done>> RefuseAsync(GrpcCall call, MessageBuffer message, ProtoWriter reply) =>
        new(Refused);
}
