using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>
/// One connection to the file, used by one thread at a time (SQLite's own mutexes are off). It keeps its statements prepared,
/// a bounded number of them, and stops one that outlives its time limit or its caller.
/// </summary>
internal sealed unsafe class SqliteConnection : IDisposable
{
    private const int OpenReadOnly = 0x1;
    private const int OpenReadWrite = 0x2;
    private const int OpenCreate = 0x4;
    private const int OpenNoMutex = 0x8000;
    private const uint PreparePersistent = 1;

    /// <summary>Instructions between two looks at the clock: some 50 µs of work.</summary>
    private const int InstructionsBetweenChecks = 4_000;

    private readonly Dictionary<SqlText, SqliteStatement> _statements = new(ReferenceEqualityComparer.Instance);
    private readonly List<SqliteStatement> _spares = [];
    private readonly int _statementsMax;
    private readonly GCHandle _self;
    private nint _handle;
    private long _uses;
    private int _borrowed;
    private CancellationToken _cancellation;
    private long _stopAfter;
    private int _timeLimitMs;
    private int _systemError;

    private SqliteConnection(string path, nint handle, bool readOnly, int statementsMax, TimeProvider time)
    {
        Path = path;
        IsReadOnly = readOnly;
        Time = time;
        _handle = handle;
        _statementsMax = statementsMax;
        _self = GCHandle.Alloc(this);
    }

    public string Path { get; }

    /// <summary>A write on it is a bug of the caller, who asked for a read.</summary>
    public bool IsReadOnly { get; }

    public nint Handle => _handle;

    /// <summary>What SQLite hands back to the functions it calls; see <see cref="Of"/>.</summary>
    public nint Self => GCHandle.ToIntPtr(_self);

    public TimeProvider Time { get; }

    /// <summary>Pages in the write-ahead log after the last commit of this connection.</summary>
    public int LogPages { get; private set; }

    public bool InTransaction => SqliteNative.sqlite3_get_autocommit(_handle) == 0;

    public static SqliteConnection Open(string path, bool readOnly, int statementsMax, TimeProvider time)
    {
        var flags = OpenNoMutex | (readOnly ? OpenReadOnly : OpenReadWrite | OpenCreate);
        int code;
        nint handle;
        fixed (byte* name = Utf8(path)) code = SqliteNative.sqlite3_open_v2(name, out handle, flags, null);
        var connection = new SqliteConnection(path, handle, readOnly, statementsMax, time);
        try
        {
            connection.Check(code, "open");
            _ = SqliteNative.sqlite3_extended_result_codes(handle, 1);
            SqliteFunctions.AddTo(connection);
            if (readOnly) connection.WatchTime();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static SqliteConnection Of(nint self) => (SqliteConnection)GCHandle.FromIntPtr(self).Target!;

    public void SetBusyTimeout(int milliseconds) => _ = SqliteNative.sqlite3_busy_timeout(_handle, milliseconds);

    /// <summary>Keeps <see cref="LogPages"/>. To be called after the pragma wal_autocheckpoint, which takes the same hook.</summary>
    public void WatchLog() => SqliteNative.sqlite3_wal_hook(_handle, &OnCommit, Self);

    /// <summary>From now until <see cref="ClearLimit"/>, statements stop when the caller goes away or the time is up.</summary>
    public void SetLimit(int timeLimitMs, CancellationToken cancellation)
    {
        _cancellation = cancellation;
        _timeLimitMs = timeLimitMs;
        _stopAfter = Stopwatch.GetTimestamp() + timeLimitMs * Stopwatch.Frequency / 1000;
    }

    public void ClearLimit()
    {
        _cancellation = default;
        _stopAfter = 0;
    }

    /// <summary>The prepared form of the statement; a second one when the first is busy, as inside a ForEach over itself.</summary>
    public SqliteStatement Borrow(SqlText text)
    {
        if (!_statements.TryGetValue(text, out var statement))
        {
            statement = Prepare(text);
            if (_statements.Count >= _statementsMax) DropOldest();
            _statements.Add(text, statement);
        }
        else if (statement.IsBusy)
        {
            statement = Prepare(text);
            _spares.Add(statement);
        }

        statement.Begin(++_uses);
        _borrowed++;
        return statement;
    }

    public void Return() => _borrowed--;

    /// <summary>Makes every statement of the transaction idle, whatever its user left undone.</summary>
    public void EndTransaction()
    {
        if (_borrowed > 0)
        {
            foreach (var statement in _statements.Values)
                if (statement.IsBusy) statement.Finish();
            foreach (var statement in _spares)
                if (statement.IsBusy) statement.Finish();
        }

        foreach (var statement in _spares) statement.Dispose();
        _spares.Clear();
        Invariant.That(_borrowed == 0);
    }

    /// <summary>Runs a statement without parameters, for its effect.</summary>
    public void Run(SqlText text) => Borrow(text).Run();

    /// <summary>Runs a pragma and returns what it answers, null when nothing.</summary>
    public string? Pragma(string text)
    {
        using var statement = Prepare(SqlText.Both("Pragma", "PRAGMA " + text));
        statement.Begin(0);
        _borrowed++;
        return statement.First(static row => row.IsNull(0) ? null : row.Text(0), null);
    }

    /// <summary>Runs every statement of a script in order.</summary>
    public void RunScript(string name, string script)
    {
        var bytes = Utf8(script);
        fixed (byte* start = bytes)
        {
            var next = start;
            var end = start + bytes.Length - 1;
            while (next < end)
            {
                Check(SqliteNative.sqlite3_prepare_v3(_handle, next, (int)(end - next) + 1, 0, out var statement, out var tail), name);
                next = tail;
                if (statement == 0) continue; // white space or a comment
                int code;
                while ((code = SqliteNative.sqlite3_step(statement)) == SqliteCode.Row) { }
                Exception? failure = code == SqliteCode.Done ? null : SqliteErrors.From(this, code, name);
                _ = SqliteNative.sqlite3_finalize(statement);
                if (failure is not null) throw failure;
            }
        }
    }

    public void Check(int code, string statement)
    {
        if (code != SqliteCode.Ok) throw SqliteErrors.From(this, code, statement);
    }

    public string LastMessage() => _handle == 0 ? "out of memory" : SqliteNative.Text(SqliteNative.sqlite3_errmsg(_handle));

    /// <summary>The system's error number behind the last failure; SQLite's own record of it is 0 for failed writes to the log.</summary>
    public int SystemError()
    {
        var known = _handle == 0 ? 0 : SqliteNative.sqlite3_system_errno(_handle);
        return known != 0 ? known : _systemError;
    }

    /// <summary>To be called at once after a failed step, before anything else can set the number anew.</summary>
    public void NoteSystemError() => _systemError = Marshal.GetLastSystemError();

    /// <summary>Why a statement was interrupted.</summary>
    public Exception Stopped(string statement) => _cancellation.IsCancellationRequested
        ? new OperationCanceledException(_cancellation)
        : new DatabaseException(new Error(
            ErrorCode.Unavailable,
            $"The read was stopped after {_timeLimitMs:N0} ms, in the statement {statement}. "
                + $"Ask for less, or raise the option {nameof(DatabaseOptions.ReadTimeLimitMs)}."));

    public void ThrowIfStopped(string statement)
    {
        if (ShouldStop()) throw Stopped(statement);
    }

    /// <summary>Moves pages of the log into the database file, as many as readers allow, without waiting for anybody.</summary>
    public (int Code, int LogPages, int MovedPages) Checkpoint(SqliteCheckpointMode mode)
    {
        var code = SqliteNative.sqlite3_wal_checkpoint_v2(_handle, null, (int)mode, out var pages, out var moved);
        return (code, pages, moved);
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        _statements.Clear();
        foreach (var statement in _spares) statement.Dispose();
        _spares.Clear();
        if (_handle != 0) _ = SqliteNative.sqlite3_close_v2(_handle);
        _handle = 0;
        if (_self.IsAllocated) _self.Free();
    }

    internal static byte[] Utf8(string text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }

    private SqliteStatement Prepare(SqlText text)
    {
        var bytes = Utf8(text.For(DatabaseEngine.Sqlite));
        fixed (byte* sql = bytes)
        {
            Check(SqliteNative.sqlite3_prepare_v3(_handle, sql, bytes.Length, PreparePersistent, out var handle, out var tail), text.Name);
            var rest = Encoding.UTF8.GetString(tail, (int)(sql + bytes.Length - 1 - tail));
            if (handle != 0 && string.IsNullOrWhiteSpace(rest)) return new SqliteStatement(this, text, handle);
            if (handle != 0) _ = SqliteNative.sqlite3_finalize(handle);
            throw new InvariantException(
                $"{text.Name} must be exactly one statement, with its comments before it; after it stands: '{rest.Trim()}'");
        }
    }

    private void DropOldest()
    {
        SqliteStatement? oldest = null;
        foreach (var statement in _statements.Values)
            if (!statement.IsBusy && (oldest is null || statement.LastUse < oldest.LastUse)) oldest = statement;
        if (oldest is null) return;
        _statements.Remove(oldest.Text);
        oldest.Dispose();
    }

    private void WatchTime() =>
        SqliteNative.sqlite3_progress_handler(_handle, InstructionsBetweenChecks, &OnProgress, Self);

    private bool ShouldStop() => _cancellation.IsCancellationRequested || (_stopAfter != 0 && Stopwatch.GetTimestamp() > _stopAfter);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnProgress(nint state) => Of(state).ShouldStop() ? 1 : 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnCommit(nint state, nint database, byte* schema, int pages)
    {
        Of(state).LogPages = pages;
        return SqliteCode.Ok;
    }
}
