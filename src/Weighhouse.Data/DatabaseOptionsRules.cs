using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>What the options must satisfy; every breach is reported, each naming its option, value and limit.</summary>
internal static class DatabaseOptionsRules
{
    public static List<Error> Check(DatabaseOptions options)
    {
        var errors = new List<Error>();
        if (string.IsNullOrWhiteSpace(options.DataDirectory))
            errors.Add(Error.Invalid("DataDirectory is empty; name the directory for the server's data.", nameof(options.DataDirectory)));
        if (DatabaseUrl.Parse(options).Error is { } bad) errors.Add(bad);

        Range(options.WriteQueueUnitsMax, 1, 1_000_000, nameof(options.WriteQueueUnitsMax));
        Range(options.WriteQueueTimeLimitMs, 1, 600_000, nameof(options.WriteQueueTimeLimitMs));
        Range(options.WriteBatchUnitsMax, 1, 100_000, nameof(options.WriteBatchUnitsMax));
        Range(options.WriteBatchTimeMs, 1, 10_000, nameof(options.WriteBatchTimeMs));
        Range(options.ReadersMax, 1, 1_000, nameof(options.ReadersMax));
        Range(options.ReadTimeLimitMs, 1, 3_600_000, nameof(options.ReadTimeLimitMs));
        Range(options.StatementsPreparedMax, 1, 100_000, nameof(options.StatementsPreparedMax));
        Range(options.SqliteCacheKiB, 64, 16_777_216, nameof(options.SqliteCacheKiB));
        Range(options.SqliteMappedMiB, 0, 1_048_576, nameof(options.SqliteMappedMiB));
        Range(options.SqliteLogCheckpointMiB, 1, 16_384, nameof(options.SqliteLogCheckpointMiB));
        Range(options.SqliteLogMiBMax, options.SqliteLogCheckpointMiB, 16_384, nameof(options.SqliteLogMiBMax));
        Range(options.SqliteBusyTimeoutMs, 0, 600_000, nameof(options.SqliteBusyTimeoutMs));
        Range(options.PostgresWriteLanes, 1, 1_000, nameof(options.PostgresWriteLanes));
        Range(options.PostgresLaneUnitsMax, 1, 10_000, nameof(options.PostgresLaneUnitsMax));
        Range(options.PostgresWriteTimeLimitMs, 1, 3_600_000, nameof(options.PostgresWriteTimeLimitMs));
        Range(options.PostgresAttemptsMax, 1, 1_000, nameof(options.PostgresAttemptsMax));
        Range(options.PostgresConnectTimeLimitMs, 100, 600_000, nameof(options.PostgresConnectTimeLimitMs));
        Range(options.JobsConcurrentMax, 0, 1_000, nameof(options.JobsConcurrentMax));
        Range(options.JobPollMs, 1, 3_600_000, nameof(options.JobPollMs));
        Range(options.JobLeaseMs, 100, 3_600_000, nameof(options.JobLeaseMs));
        Range(options.JobAttemptsMax, 1, 1_000_000, nameof(options.JobAttemptsMax));
        Range(options.JobBackoffMs, 1, 3_600_000, nameof(options.JobBackoffMs));
        Range(options.JobBackoffMsMax, options.JobBackoffMs, 86_400_000, nameof(options.JobBackoffMsMax));
        Range(options.JobsFailedKeptMax, 1, 1_000_000, nameof(options.JobsFailedKeptMax));
        return errors;

        void Range(int value, int min, int max, string name)
        {
            if (value < min || value > max)
                errors.Add(Error.Invalid($"{name} is {value:N0}; it must be from {min:N0} to {max:N0}.", name));
        }
    }
}
