namespace Weighhouse.Data;

/// <summary>How connections are set up. docs/formats/database.md tells operators the same.</summary>
internal static class SqliteSetup
{
    /// <summary>Fixed when the file is made. 4 KiB, since a small durable write flushes whole pages to the log.</summary>
    private const int PageBytes = 4_096;

    private const long Mebibyte = 1_048_576;

    public static int PagesOf(int mebibytes) => (int)(mebibytes * Mebibyte / PageBytes);

    public static SqliteConnection OpenWriter(string path, DatabaseOptions options, TimeProvider time)
    {
        var connection = SqliteConnection.Open(path, readOnly: false, options.StatementsPreparedMax, time);
        connection.SetBusyTimeout(options.SqliteBusyTimeoutMs);
        // Before the log's mode, which makes the file.
        connection.Pragma($"page_size={PageBytes}");
        connection.Pragma("journal_mode=WAL");
        // The commit returns when the log is on the disk: what is acknowledged survives a power cut.
        connection.Pragma("synchronous=FULL");
        connection.Pragma("foreign_keys=ON");
        // Deleted content is overwritten where that costs no further write.
        connection.Pragma("secure_delete=FAST");
        connection.Pragma($"cache_size=-{options.SqliteCacheKiB * 4}");
        // The checkpointer does it, off the writer's path.
        connection.Pragma("wal_autocheckpoint=0");
        connection.WatchLog();
        connection.Pragma($"journal_size_limit={options.SqliteLogMiBMax * Mebibyte}");
        SetShared(connection);
        return connection;
    }

    public static SqliteConnection OpenReader(string path, DatabaseOptions options, TimeProvider time)
    {
        var connection = SqliteConnection.Open(path, readOnly: true, options.StatementsPreparedMax, time);
        connection.SetBusyTimeout(options.SqliteBusyTimeoutMs);
        connection.Pragma($"cache_size=-{options.SqliteCacheKiB}");
        connection.Pragma($"mmap_size={options.SqliteMappedMiB * Mebibyte}");
        SetShared(connection);
        return connection;
    }

    public static SqliteConnection OpenCheckpointer(string path, TimeProvider time)
    {
        var connection = SqliteConnection.Open(path, readOnly: false, statementsMax: 4, time);
        connection.Pragma("synchronous=FULL");
        connection.Pragma("wal_autocheckpoint=0");
        return connection;
    }

    private static void SetShared(SqliteConnection connection)
    {
        // LIKE as PostgreSQL and MLflow mean it; ILIKE is written with fold().
        connection.Pragma("case_sensitive_like=ON");
        connection.Pragma("temp_store=MEMORY");
    }
}
