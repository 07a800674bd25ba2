using Microsoft.Extensions.Logging;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>The embedded engine: one file, one writer, many readers.</summary>
internal sealed class SqliteDatabase(string path, DatabaseOptions options, TimeProvider time, ILogger logger) : IDatabaseEngine
{
    private static readonly SqlText BeginSql = SqlText.Both("BeginRead", "BEGIN");
    private static readonly SqlText EndSql = SqlText.Both("EndRead", "COMMIT");

    private readonly WriteQueue _queue = new(options, time, singleReader: true);
    private SqlitePool? _pool;
    private SqliteWriter? _writer;
    private SqliteConnection? _writerConnection;
    private SqliteCheckpointer? _checkpointer;
    private bool _disposed;

    public DatabaseEngine Engine => DatabaseEngine.Sqlite;

    public int QueueDepth => _queue.Depth;

    public int? Stamp { get; private set; } = 0;

    public ValueTask<Result<Done>> OpenAsync(CancellationToken cancellation)
    {
        try
        {
            _writerConnection = SqliteSetup.OpenWriter(path, options, time);
            Stamp = SchemaStamp.Parse(_writerConnection.Pragma("user_version"));
            _checkpointer = new SqliteCheckpointer(path, time, logger);
            _pool = new SqlitePool(path, options, time);
            _writer = new SqliteWriter(_writerConnection, _checkpointer, options, _queue, logger);
            DataLog.SqliteOpened(logger, path, SqliteLibrary.Describe());
            return new(Done.Ok);
        }
        catch (DatabaseException exception)
        {
            _checkpointer?.Dispose();
            _writerConnection?.Dispose();
            return new((Result<Done>)exception.Error);
        }
    }

    public ValueTask<Result<T>> MigrateAsync<T>(Func<DbSession, ValueTask<Result<T>>> work, CancellationToken cancellation) =>
        WriteAsync(work, cancellation);

    public async ValueTask<T> ReadAsync<T>(Func<DbSession, ValueTask<T>> work, CancellationToken cancellation)
    {
        Invariant.That(_pool is not null, "the database is prepared before it is read");
        // On the caller's own thread: most reads take microseconds, less than a change of threads; the pool bounds the others.
        var connection = await _pool.TakeAsync(cancellation);
        var healthy = false;
        try
        {
            connection.SetLimit(options.ReadTimeLimitMs, cancellation);
            connection.Run(BeginSql);
            var result = RunRead(work, connection);
            connection.ClearLimit();
            connection.Run(EndSql);
            healthy = true;
            return result;
        }
        finally
        {
            if (!healthy) healthy = TryEnd(connection);
            _pool.Return(connection, healthy);
        }
    }

    public async ValueTask<Result<T>> WriteAsync<T>(Func<DbSession, ValueTask<Result<T>>> work, CancellationToken cancellation)
    {
        Invariant.That(_writer is not null, "the database is prepared before it is written");
        var unit = new WriteUnit<T>(work, cancellation);
        if (await _queue.AddAsync(unit, cancellation) is { } refused) return refused;
        return await unit.Completion;
    }

    public ValueTask DisposeAsync()
    {
        if (_disposed) return ValueTask.CompletedTask;
        _disposed = true;
        _queue.Close();
        _writer?.Join();
        _checkpointer?.Dispose();
        _pool?.Dispose();
        // The last to close moves the whole log into the file and removes it.
        _writerConnection?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static T RunRead<T>(Func<DbSession, ValueTask<T>> work, SqliteConnection connection)
    {
        var session = new SqliteSession(connection, afterCommit: null);
        try
        {
            var running = work(session);
            if (!running.IsCompleted) throw new InvariantException("A read awaited something other than its session.");
            return running.GetAwaiter().GetResult();
        }
        finally
        {
            session.Close();
        }
    }

    private static bool TryEnd(SqliteConnection connection)
    {
        try
        {
            connection.ClearLimit();
            if (connection.InTransaction) connection.Run(EndSql);
            return true;
        }
        catch (DatabaseException)
        {
            return false;
        }
    }
}
