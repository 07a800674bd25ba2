using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>
/// The one thread that writes. It takes the units that wait, runs them in one transaction, commits it durably, and only then
/// answers them: the disk is flushed once for all. A unit that fails takes back its own changes only.
/// </summary>
internal sealed class SqliteWriter
{
    private static readonly SqlText BeginSql = SqlText.Both("Begin", "BEGIN IMMEDIATE");
    private static readonly SqlText CommitSql = SqlText.Both("Commit", "COMMIT");
    private static readonly SqlText RollbackSql = SqlText.Both("Rollback", "ROLLBACK");
    private static readonly SqlText SavepointSql = SqlText.Both("Savepoint", "SAVEPOINT unit");
    private static readonly SqlText ReleaseSql = SqlText.Both("Release", "RELEASE unit");
    private static readonly SqlText RollbackToSql = SqlText.Both("RollbackTo", "ROLLBACK TO unit");

    private readonly SqliteConnection _connection;
    private readonly SqliteCheckpointer _checkpointer;
    private readonly DatabaseOptions _options;
    private readonly WriteQueue _queue;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly SqliteLogTrimmer _trimmer;

    /// <summary>Units of the open transaction that have run, in order; true for those whose changes are in it.</summary>
    private readonly List<(WriteUnit Unit, bool Succeeded)> _ran = [];
    private readonly List<WriteUnit> _toRunAlone = [];
    private int _succeeded;

    public SqliteWriter(
        SqliteConnection connection, SqliteCheckpointer checkpointer, DatabaseOptions options, WriteQueue queue, ILogger logger)
    {
        _connection = connection;
        _checkpointer = checkpointer;
        _options = options;
        _queue = queue;
        _logger = logger;
        _trimmer = new SqliteLogTrimmer(connection, checkpointer, options);
        _thread = new Thread(Run) { IsBackground = true, Name = "sqlite-writer" };
        _thread.Start();
    }

    /// <summary>Waits until everything queued is written; the queue must be closed before.</summary>
    public void Join() => _thread.Join();

    private void Run()
    {
        while (true)
        {
            if (!_queue.Reader.TryRead(out var first))
            {
                if (!WaitForWork()) return;
                continue;
            }

            RunBatch(first, _options.WriteBatchUnitsMax);
            foreach (var unit in _toRunAlone) RunBatch(unit, 1);
            _toRunAlone.Clear();
            _trimmer.Trim();
        }
    }

    private bool WaitForWork()
    {
        var wait = _queue.Reader.WaitToReadAsync(CancellationToken.None);
        return wait.IsCompleted ? wait.Result : wait.AsTask().GetAwaiter().GetResult();
    }

    private void RunBatch(WriteUnit first, int unitsMax)
    {
        _ran.Clear();
        _succeeded = 0;
        if (first.IsAbandoned()) return;
        var start = Stopwatch.GetTimestamp();
        var timeMax = _options.WriteBatchTimeMs * Stopwatch.Frequency / 1000;
        var unit = first;
        try
        {
            _connection.Run(BeginSql);
            RunUnit(first);
            while (_ran.Count < unitsMax && Stopwatch.GetTimestamp() - start < timeMax && _queue.Reader.TryRead(out var next))
            {
                unit = next;
                if (!unit.IsAbandoned()) RunUnit(unit);
            }

            Commit(start);
        }
        catch (Exception exception)
        {
            // A boundary: the transaction could not be begun, kept or committed. Its callers hear why; the writer goes on.
            FailBatch(unit, exception);
        }
    }

    private void RunUnit(WriteUnit unit)
    {
        // While nothing in the transaction is worth keeping, the whole of it may be rolled back: no savepoint is needed.
        var guarded = _succeeded > 0;
        if (guarded) _connection.Run(SavepointSql);
        var succeeded = RunDelegate(unit);
        _ran.Add((unit, succeeded));
        if (succeeded)
        {
            _succeeded++;
            if (guarded) _connection.Run(ReleaseSql);
        }
        else if (!_connection.InTransaction)
        {
            // The error was of the kind that rolls back everything: disk full, I/O. The units before it run again, alone.
            MoveSucceededAside();
            _connection.Run(BeginSql);
        }
        else if (guarded)
        {
            _connection.Run(RollbackToSql);
            _connection.Run(ReleaseSql);
        }
        else
        {
            _connection.Run(RollbackSql);
            _connection.Run(BeginSql);
        }
    }

    private bool RunDelegate(WriteUnit unit)
    {
        var session = new SqliteSession(_connection, unit.AfterCommit);
        try
        {
            var running = unit.RunAsync(session);
            if (!running.IsCompleted)
                throw new InvariantException("A write awaited something other than its session; its unit was undone.");
            if (!running.GetAwaiter().GetResult()) return false;
            if (!_connection.InTransaction)
                throw new InvariantException("A write hid a failure of the database that had rolled everything back; let it through.");
            return true;
        }
        catch (Exception exception)
        {
            // A boundary: the unit's own bug undoes the unit, and its caller hears of it.
            unit.KeepException(exception);
            return false;
        }
        finally
        {
            session.Close();
        }
    }

    private void MoveSucceededAside()
    {
        foreach (var (unit, succeeded) in _ran)
        {
            if (!succeeded) continue;
            unit.Forget();
            _toRunAlone.Add(unit);
        }

        _ran.RemoveAll(static entry => entry.Succeeded);
        _succeeded = 0;
    }

    private void Commit(long start)
    {
        var commitStart = Stopwatch.GetTimestamp();
        _connection.Run(_succeeded > 0 ? CommitSql : RollbackSql);
        var end = Stopwatch.GetTimestamp();
        DataMetrics.Committed(_ran.Count, start, commitStart, end);
        foreach (var (unit, _) in _ran)
        {
            DataMetrics.WriteWaitMs(unit.QueuedAt, end);
            unit.Acknowledge();
        }

        if (_succeeded > 0) _checkpointer.NoteWrite();
    }

    private void FailBatch(WriteUnit current, Exception exception)
    {
        RollBackQuietly();
        // A full log that is moved into the file makes room for itself: the next write may find some.
        if (exception is DatabaseException { Error.Code: ErrorCode.StorageFull }) _ = _connection.Checkpoint(SqliteCheckpointMode.Passive);
        if (!_ran.Exists(entry => ReferenceEquals(entry.Unit, current))) _ran.Add((current, false));
        DataLog.BatchFailed(_logger, exception, _connection.Path, _ran.Count);
        foreach (var (unit, succeeded) in _ran)
        {
            // A unit that had failed by itself keeps its own reason, unless it never ran.
            if (exception is DatabaseException failure) unit.Fail(failure.Error);
            else
            {
                unit.KeepException(exception);
                unit.Acknowledge();
            }
        }
    }

    private void RollBackQuietly()
    {
        try
        {
            if (_connection.InTransaction) _connection.Run(RollbackSql);
        }
        catch (DatabaseException exception)
        {
            DataLog.RollbackFailed(_logger, exception, _connection.Path);
        }
    }
}
