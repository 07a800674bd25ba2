using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Weighhouse.Data;

/// <summary>
/// Moves the write-ahead log into the database file on a thread and a connection of its own, so that no write waits for it.
/// Passive: it takes no lock that a reader or the writer would wait for.
/// </summary>
internal sealed class SqliteCheckpointer : IDisposable
{
    /// <summary>The same pages are written again and again by a busy server; a quiet one empties its log after this.</summary>
    private static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(5);

    private readonly SqliteConnection _connection;
    private readonly ILogger _logger;
    private readonly AutoResetEvent _wanted = new(false);
    private readonly Thread _thread;
    private volatile bool _stopping;
    private volatile bool _written;

    public SqliteCheckpointer(string path, TimeProvider time, ILogger logger)
    {
        _logger = logger;
        _connection = SqliteSetup.OpenCheckpointer(path, time);
        _thread = new Thread(Run) { IsBackground = true, Name = "sqlite-checkpoint" };
        _thread.Start();
    }

    public void NoteWrite() => _written = true;

    public void Ask() => _wanted.Set();

    public void Dispose()
    {
        _stopping = true;
        _wanted.Set();
        _thread.Join();
        _connection.Dispose();
        _wanted.Dispose();
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
        }
    }

    private void Move()
    {
        var start = Stopwatch.GetTimestamp();
        var (code, pages, moved) = _connection.Checkpoint(SqliteCheckpointMode.Passive);
        var elapsed = Stopwatch.GetElapsedTime(start);
        DataMetrics.CheckpointMs.Record(elapsed.TotalMilliseconds);
        if (code is SqliteCode.Ok or SqliteCode.Busy) DataLog.Checkpointed(_logger, moved, pages, elapsed.TotalMilliseconds);
        else DataLog.CheckpointFailed(_logger, _connection.Path, code, _connection.LastMessage());
    }
}
