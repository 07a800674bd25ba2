using Weighhouse.Kernel;

namespace Weighhouse.Wire.Grpc.Transport;

/// <summary>How a call ended.</summary>
/// <param name="RetryAfter">When asking again may help; null when waiting is no cure.</param>
internal readonly record struct GrpcStatus(GrpcCode Code, string Message = "", TimeSpan? RetryAfter = null)
{
    public static readonly GrpcStatus Ok = new(GrpcCode.Ok);

    public static GrpcStatus Of(Error error) => new(GrpcCodes.Of(error.Code), error.Message, error.RetryAfter);
}
