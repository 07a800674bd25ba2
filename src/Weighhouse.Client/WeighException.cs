using Weighhouse.Kernel;

namespace Weighhouse.Client;

/// <summary>The server said no, or could not be asked.</summary>
public sealed class WeighException(
    ErrorCode code, string message, string? requestId = null, Exception? inner = null) : Exception(message, inner)
{
    public ErrorCode Code { get; } = code;

    /// <summary>Under this id the server's log tells more; null when the server was not reached.</summary>
    public string? RequestId { get; } = requestId;
}
