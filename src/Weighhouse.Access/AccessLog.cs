using Microsoft.Extensions.Logging;
using Weighhouse.Kernel;

namespace Weighhouse.Access;

internal static partial class AccessLog
{
    [LoggerMessage(2001, LogLevel.Information, "{Method} {Path} refused: {Code} (address {Address}, request {RequestId})")]
    public static partial void Refused(ILogger logger, string method, string path, ErrorCode code, string address, string requestId);

    [LoggerMessage(2002, LogLevel.Warning, "Created the first administrator '{Name}' from the configuration")]
    public static partial void FirstAdminCreated(ILogger logger, string name);

    [LoggerMessage(2003, LogLevel.Warning, "Too many wrong passwords for '{Name}' from {Address}: the door is closed for {Minutes} min")]
    public static partial void LockedOut(ILogger logger, string name, string address, double minutes);
}
