using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Weighhouse.Data;

/// <summary>
/// Moves the write-ahead log into the database file on a thread and a connection of its own, so that no write waits for it.
/// Passive: it takes no lock that a reader or the writer would wait for. What was written in the meantime is left for the writer
/// to finish (see <see cref="SqliteLogTrimmer"/>): the log begins anew only when all of it has been moved.
/// </summary>
internal sealed class SqliteCheckpointer : IDisposable
{
    /// <summary>The same pages are written again and again by a busy server; a quiet one empties its log after this.</summary>
    private static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(5);

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly AutoResetEvent _wanted = new(false);
    private SqliteConnection? _connection;
    private Thread? _thread;
    private readonly ManualResetEventSlim _moved = new(false);
    private volatile bool _stopping;
    private volatile bool _written;
    private volatile bool _asked;

    public SqliteCheckpointer(string path, TimeProvider time, ILogger logger)
    {
        _path = path;
        _time = time;
        _logger = logger;
    }

    /// <summary>Called by the writer. The first time begins the thread: who only reads needs none.</summary>
    public void NoteWrite()
    {
        _written = true;
        Begin();
    }

    /// <summary>Asked, and not done yet or not noticed to be done.</summary>
    public bool IsAsked => _asked;

    /// <summary>True once after what was asked has been done.</summary>
    public bool IsMoved => _moved.IsSet;

    public void Ask()
    {
        Begin();
        _moved.Reset();
        _asked = true;
        _wanted.Set();
    }

    public void WaitUntilMoved() => _moved.Wait();

    /// <summary>Ready to be asked again.</summary>
    public void Forget() => _asked = false;

    public void Dispose()
    {
        _stopping = true;
        _wanted.Set();
        _thread?.Join();
        _connection?.Dispose();
        _wanted.Dispose();
        _moved.Dispose();
    }

    private void Begin()
    {
        if (_thread is not null) return;
        _thread = new Thread(Run) { IsBackground = true, Name = "sqlite-checkpoint" };
        _thread.Start();
    }

    private void Run()
    {
        while (!_stopping)
        {
            var asked = _wanted.WaitOne(QuietTime);
            if (_stopping) return;
            if (!asked && !_written) continue;
            _written = false;
            Move();
            if (asked) _moved.Set();
        }
    }

    private void Move()
    {
        if (Connect() is not { } connection) return;
        var start = Stopwatch.GetTimestamp();
        var (code, pages, moved) = connection.Checkpoint(SqliteCheckpointMode.Passive);
        var elapsed = Stopwatch.GetElapsedTime(start);
        DataMetrics.CheckpointMs.Record(elapsed.TotalMilliseconds);
        if (code is SqliteCode.Ok or SqliteCode.Busy) DataLog.Checkpointed(_logger, moved, pages, elapsed.TotalMilliseconds);
        else DataLog.CheckpointFailed(_logger, connection.Path, code, connection.LastMessage());
    }

    /// <summary>Opened when there is something to move: a command ends before. Tried again the next time when it fails.</summary>
    private SqliteConnection? Connect()
    {
        try
        {
            return _connection ??= SqliteSetup.OpenCheckpointer(_path, _time);
        }
        catch (DatabaseException exception)
        {
            DataLog.CheckpointFailed(_logger, _path, SqliteCode.CannotOpen, exception.Error.Message);
            return null;
        }
    }
}
