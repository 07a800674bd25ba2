using Microsoft.Extensions.Logging;

namespace Weighhouse.Http.Egress;

/// <summary>What the gateway tells the operator, and never the caller.</summary>
internal static partial class EgressLog
{
    [LoggerMessage(1801, LogLevel.Warning, "Call of {Host} refused: its addresses are {Addresses}. To allow it, name it in egress-allow")]
    public static partial void Refused(ILogger logger, string host, string addresses);

    [LoggerMessage(1802, LogLevel.Information, "Call of {Host} failed")]
    public static partial void Failed(ILogger logger, string host, Exception exception);
}
