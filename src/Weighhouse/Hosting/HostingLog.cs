namespace Weighhouse.Hosting;

internal static partial class HostingLog
{
    [LoggerMessage(8001, LogLevel.Information, "Listening on {Addresses}; data in {DataFolder}")]
    public static partial void Listening(ILogger logger, string addresses, string dataFolder);

    [LoggerMessage(8002, LogLevel.Information, "Draining: waiting up to {DrainSeconds} s for requests in flight")]
    public static partial void Draining(ILogger logger, double drainSeconds);

    [LoggerMessage(8003, LogLevel.Error, "{Method} {Path} failed (request {RequestId})")]
    public static partial void RequestFailed(ILogger logger, Exception exception, string method, string path, string requestId);

    [LoggerMessage(8004, LogLevel.Warning, "{Method} {Path} answered {Status} in {ElapsedMs:F0} ms (request {RequestId}, user {User})")]
    public static partial void SlowRequest(
        ILogger logger, string method, string path, int status, double elapsedMs, string requestId, string user);

    [LoggerMessage(8005, LogLevel.Information, "{Method} {Path} answered {Status} in {ElapsedMs:F1} ms (request {RequestId}, user {User})")]
    public static partial void RequestDone(
        ILogger logger, string method, string path, int status, double elapsedMs, string requestId, string user);
}
