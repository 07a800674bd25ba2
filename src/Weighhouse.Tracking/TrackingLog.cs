using Microsoft.Extensions.Logging;

namespace Weighhouse.Tracking;

/// <summary>What this module logs. Event ids 3000 to 3099 are its own.</summary>
internal static partial class TrackingLog
{
    [LoggerMessage(3000, LogLevel.Error, "Compaction of metric points stopped; it goes on after a pause")]
    public static partial void CompactionFailed(ILogger logger, Exception exception);

    [LoggerMessage(3001, LogLevel.Warning, "The series of run number {RunNo} and key number {KeyNo} is not compacted: {Reason}")]
    public static partial void SeriesNotCompacted(ILogger logger, long runNo, long keyNo, string reason);

    [LoggerMessage(3010, LogLevel.Warning, "Changes made by other replicas cannot be read; live pages lag")]
    public static partial void PollFailed(ILogger logger, Exception exception);

    [LoggerMessage(3021, LogLevel.Error, "Forgetting abandoned uploads failed; the next time makes up for it")]
    public static partial void ForgettingUploadsFailed(ILogger logger, Exception exception);
}
