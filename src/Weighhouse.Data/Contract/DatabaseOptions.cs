using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>Every setting and limit of the database, with its unit and its reason.</summary>
public sealed record DatabaseOptions
{
    /// <summary>
    /// Where the facts live: empty or <c>sqlite:</c> for weighhouse.db in the data directory, <c>sqlite:PATH</c> for another file
    /// (relative to the data directory),
    /// <c>postgres://user:password@host:5432/database?sslmode=require</c> for PostgreSQL.
    /// </summary>
    /// <value>Default: empty.</value>
    public string Url { get; init; } = "";

    /// <summary>The directory this process owns alone: its lock file, the SQLite database, local blobs.</summary>
    /// <value>Default: weighhouse-data.</value>
    public string DataDirectory { get; init; } = "weighhouse-data";

    /// <summary>Writes that may wait; each holds its caller's memory, so the number bounds it.</summary>
    /// <value>Default: 4,096.</value>
    public int WriteQueueUnitsMax { get; init; } = 4_096;

    /// <summary>How long a caller waits for a place in a full queue before it is refused.</summary>
    /// <value>Default: 10,000 ms.</value>
    public int WriteQueueTimeLimitMs { get; init; } = 10_000;

    /// <summary>Writes in one transaction. More amortise the disk's flush further, but the first waits for the last.</summary>
    /// <value>Default: 256.</value>
    public int WriteBatchUnitsMax { get; init; } = 256;

    /// <summary>No further write joins a transaction that has run this long.</summary>
    /// <value>Default: 20 ms.</value>
    public int WriteBatchTimeMs { get; init; } = 20;

    /// <summary>Connections that read, at most. Readers of SQLite never wait for the writer.</summary>
    /// <value>Default: twice the processors, at least 4 and at most 32.</value>
    public int ReadersMax { get; init; } = Math.Clamp(Environment.ProcessorCount * 2, 4, 32);

    /// <summary>Longest a read may run; a longer one would hold back the trimming of the log, or old rows, for everybody.</summary>
    /// <value>Default: 30,000 ms.</value>
    public int ReadTimeLimitMs { get; init; } = 30_000;

    /// <summary>Statements a connection keeps prepared; each takes some kilobytes.</summary>
    /// <value>Default: 256.</value>
    public int StatementsPreparedMax { get; init; } = 256;

    /// <summary>SQLite: memory for pages of one connection.</summary>
    /// <value>Default: 8,192 KiB; the writer takes four times as much.</value>
    public int SqliteCacheKiB { get; init; } = 8_192;

    /// <summary>SQLite: how much of the file readers map into memory instead of copying pages.</summary>
    /// <value>Default: 256 MiB.</value>
    public int SqliteMappedMiB { get; init; } = 256;

    /// <summary>SQLite: the write-ahead log is moved into the database file beside the writer when it has grown to this.</summary>
    /// <value>Default: 16 MiB.</value>
    public int SqliteLogCheckpointMiB { get; init; } = 16;

    /// <summary>SQLite: at this size of the log the writer itself stops to move it, so that it cannot outgrow the disk.</summary>
    /// <value>Default: 64 MiB.</value>
    public int SqliteLogMiBMax { get; init; } = 64;

    /// <summary>SQLite: how long to wait for another program that has the file open, such as the sqlite3 shell.</summary>
    /// <value>Default: 5,000 ms.</value>
    public int SqliteBusyTimeoutMs { get; init; } = 5_000;

    /// <summary>
    /// SQLite: opened for one command and closed again. A schema that this build of the program brought up to date is then known by its
    /// stamp, and nobody's leases and jobs are looked for, as a command leaves none.
    /// </summary>
    /// <value>Default: false; a server looks at everything.</value>
    public bool IsForOneCommand { get; init; }

    /// <summary>PostgreSQL: transactions that write at the same time in this process.</summary>
    /// <value>Default: 4.</value>
    public int PostgresWriteLanes { get; init; } = 4;

    /// <summary>PostgreSQL: writes in one transaction of a lane; they hold their row locks until the last has run.</summary>
    /// <value>Default: 16.</value>
    public int PostgresLaneUnitsMax { get; init; } = 16;

    /// <summary>PostgreSQL: longest one statement of a write may take; it holds its locks that long.</summary>
    /// <value>Default: 60,000 ms.</value>
    public int PostgresWriteTimeLimitMs { get; init; } = 60_000;

    /// <summary>PostgreSQL: how often a write is tried when it collides with others before its caller hears of it.</summary>
    /// <value>Default: 12.</value>
    public int PostgresAttemptsMax { get; init; } = 12;

    /// <summary>PostgreSQL: how long to wait for a connection, and how long a write is tried again while there is none.</summary>
    /// <value>Default: 10,000 ms.</value>
    public int PostgresConnectTimeLimitMs { get; init; } = 10_000;

    /// <summary>Jobs running at the same time in this process. 0 runs none here: other replicas do.</summary>
    /// <value>Default: 4.</value>
    public int JobsConcurrentMax { get; init; } = 4;

    /// <summary>How often to look for jobs that came due, or were enqueued by another replica.</summary>
    /// <value>Default: 1,000 ms.</value>
    public int JobPollMs { get; init; } = 1_000;

    /// <summary>A job whose runner is silent for this long is run by another. Renewed three times as often.</summary>
    /// <value>Default: 15,000 ms.</value>
    public int JobLeaseMs { get; init; } = 15_000;

    /// <summary>Runs of a job before it is kept as failed for people to see.</summary>
    /// <value>Default: 10.</value>
    public int JobAttemptsMax { get; init; } = 10;

    /// <summary>Wait after a job's first failure; it doubles with each further one.</summary>
    /// <value>Default: 1,000 ms.</value>
    public int JobBackoffMs { get; init; } = 1_000;

    /// <summary>Longest wait between two runs of a failing job.</summary>
    /// <value>Default: 600,000 ms.</value>
    public int JobBackoffMsMax { get; init; } = 600_000;

    /// <summary>Failed jobs kept for people to see; past this the oldest go.</summary>
    /// <value>Default: 1,000.</value>
    public int JobsFailedKeptMax { get; init; } = 1_000;

    /// <summary>The engine that <see cref="Url"/> names.</summary>
    public DatabaseEngine Engine => DatabaseUrl.Parse(this).TryGet(out var url, out _) ? url.Engine : DatabaseEngine.Sqlite;

    /// <summary>Everything that is wrong, at once; empty when nothing is.</summary>
    public IReadOnlyList<Error> Validate() => DatabaseOptionsRules.Check(this);
}
