using Weighhouse.Kernel;

namespace Weighhouse.Wire.Grpc.Transport;

/// <summary>The statuses of gRPC with their numbers: https://grpc.io/docs/guides/status-codes/</summary>
internal enum GrpcCode
{
    Ok = 0,
    Cancelled = 1,
    Unknown = 2,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    AlreadyExists = 6,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Aborted = 10,
    OutOfRange = 11,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    DataLoss = 15,
    Unauthenticated = 16,
}

internal static class GrpcCodes
{
    /// <summary>The one place where our words for failures become gRPC's.</summary>
    public static GrpcCode Of(ErrorCode code) => code switch
    {
        ErrorCode.InvalidArgument => GrpcCode.InvalidArgument,
        ErrorCode.NotFound => GrpcCode.NotFound,
        ErrorCode.AlreadyExists => GrpcCode.AlreadyExists,
        ErrorCode.FailedPrecondition => GrpcCode.FailedPrecondition,
        ErrorCode.Conflict => GrpcCode.Aborted,
        ErrorCode.Unauthenticated => GrpcCode.Unauthenticated,
        ErrorCode.PermissionDenied => GrpcCode.PermissionDenied,
        ErrorCode.LimitExceeded => GrpcCode.ResourceExhausted,
        ErrorCode.StorageFull => GrpcCode.ResourceExhausted,
        ErrorCode.NotSupported => GrpcCode.Unimplemented,
        ErrorCode.Unavailable => GrpcCode.Unavailable,
        ErrorCode.Corrupted => GrpcCode.DataLoss,
        ErrorCode.Internal => GrpcCode.Internal,
        _ => Invariant.Unreachable<GrpcCode>(code),
    };

    /// <summary>As gRPC writes it: "RESOURCE_EXHAUSTED".</summary>
    public static string Name(GrpcCode code) => Names[(int)code];

    private static readonly string[] Names =
        [.. Enum.GetNames<GrpcCode>().Select(name => System.Text.Json.JsonNamingPolicy.SnakeCaseUpper.ConvertName(name))];
}
