using Weighhouse.Kernel;

namespace Weighhouse.Wire.Grpc.Protobuf;

internal static class ProtoFailures
{
    /// <summary>Null when all that was asked of the reader could be read. gRPC has INTERNAL for a message that is none.</summary>
    public static Error? Refuse(this ref ProtoReader reader, string message) => reader.Failure is ProtoFailure.None
        ? null
        : new Error(ErrorCode.Internal, $"The request is not a {message}: {Words(reader.Failure)}.");

    private static string Words(ProtoFailure failure) => failure switch
    {
        ProtoFailure.Truncated => "it ends in the middle of a field",
        ProtoFailure.LongVarint => "a number has more than ten bytes",
        ProtoFailure.BadKey => "a field's number is 0 or too large, or its wire type is none",
        ProtoFailure.BadGroup => "a group ends that has not begun, or does not end",
        ProtoFailure.TooDeep => $"messages lie in each other more than {ProtoReader.DepthMax} deep",
        ProtoFailure.BadText => "a text is not UTF-8",
        ProtoFailure.BadPacking => "a packed list ends in the middle of an element",
        _ => Invariant.Unreachable<string>(failure),
    };
}
