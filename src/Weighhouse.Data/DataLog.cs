using Microsoft.Extensions.Logging;

namespace Weighhouse.Data;

/// <summary>What this module logs. Event ids 1000 to 1099 are its own.</summary>
internal static partial class DataLog
{
    [LoggerMessage(1000, LogLevel.Information, "The database is {Path}, with {Library}")]
    public static partial void SqliteOpened(ILogger logger, string path, string library);

    [LoggerMessage(1001, LogLevel.Information, "The database is {Database} at {Host}, PostgreSQL {Version}")]
    public static partial void PostgresOpened(ILogger logger, string? database, string? host, string version);

    [LoggerMessage(1002, LogLevel.Information, "Applied migration {Module} {Version} {Name}")]
    public static partial void Migrated(ILogger logger, string module, int version, string name);

    [LoggerMessage(1010, LogLevel.Error, "A batch of {Units} writes to {Path} was rolled back")]
    public static partial void BatchFailed(ILogger logger, Exception exception, string path, int units);

    [LoggerMessage(1011, LogLevel.Warning, "Rolling back on {Path} failed")]
    public static partial void RollbackFailed(ILogger logger, Exception exception, string path);

    [LoggerMessage(1012, LogLevel.Debug, "Checkpoint: {Moved} of {Pages} pages moved in {ElapsedMs} ms")]
    public static partial void Checkpointed(ILogger logger, int moved, int pages, double elapsedMs);

    [LoggerMessage(1013, LogLevel.Warning, "Checkpoint of {Path} failed with code {Code}: {Detail}")]
    public static partial void CheckpointFailed(ILogger logger, string path, int code, string detail);

    [LoggerMessage(1014, LogLevel.Debug, "A write runs again, attempt {Attempt}: {Reason}")]
    public static partial void Retried(ILogger logger, int attempt, string reason);

    [LoggerMessage(1020, LogLevel.Warning, "Job {Id} of kind {Kind} failed in attempt {Attempt} and runs again: {Reason}")]
    public static partial void JobRetried(ILogger logger, long id, string kind, long attempt, string reason);

    [LoggerMessage(1021, LogLevel.Error, "Job {Id} of kind {Kind} failed in attempt {Attempt}, its last: {Reason}")]
    public static partial void JobFailed(ILogger logger, long id, string kind, long attempt, string reason);

    [LoggerMessage(1022, LogLevel.Warning, "Job {Id} of kind {Kind} lost its lease and was stopped")]
    public static partial void JobLost(ILogger logger, long id, string kind);

    [LoggerMessage(1023, LogLevel.Error, "Looking for jobs failed; the next look is in {PollMs} ms")]
    public static partial void JobPollFailed(ILogger logger, Exception exception, int pollMs);
}
