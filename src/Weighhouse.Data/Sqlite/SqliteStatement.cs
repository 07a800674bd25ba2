using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Unicode;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>
/// A prepared statement, used again and again. Binding looks a name up by reference in the order of the last run, so that a
/// steady caller pays one comparison a parameter and allocates nothing.
/// </summary>
internal sealed unsafe class SqliteStatement : DbStatement, IDisposable
{
    /// <summary>Text up to this many UTF-8 bytes is encoded on the stack.</summary>
    private const int StackBytes = 512;

    /// <summary>Blobs up to this size are copied by SQLite; larger ones are pinned and read where they lie.</summary>
    private const int CopiedBlobBytes = 1_024;

    private readonly SqliteConnection _connection;
    private readonly string[] _names;
    private readonly (string? Name, int Index)[] _lastOrder;
    private readonly SqliteRow _row;
    private readonly bool _readOnly;
    private readonly List<MemoryHandle> _pins = [];
    private nint _handle;
    private int _bound;

    public SqliteStatement(SqliteConnection connection, SqlText text, nint handle)
    {
        _connection = connection;
        Text = text;
        _handle = handle;
        _row = new SqliteRow(text, handle);
        _readOnly = SqliteNative.sqlite3_stmt_readonly(handle) != 0;
        _names = new string[SqliteNative.sqlite3_bind_parameter_count(handle)];
        _lastOrder = new (string?, int)[_names.Length];
        for (var i = 0; i < _names.Length; i++)
        {
            var name = SqliteNative.Text(SqliteNative.sqlite3_bind_parameter_name(handle, i + 1));
            if (!name.StartsWith('@'))
                throw new InvariantException($"{text.Name} has the parameter '{name}'; parameters are written @name.");
            _names[i] = name[1..];
        }
    }

    public SqlText Text { get; }

    public bool IsBusy { get; private set; }

    public long LastUse { get; private set; }

    public void Begin(long use)
    {
        Invariant.That(!IsBusy);
        IsBusy = true;
        LastUse = use;
        _bound = 0;
    }

    /// <summary>Makes the statement idle; the values it was bound to are never read again.</summary>
    public void Finish()
    {
        if (!IsBusy) return;
        IsBusy = false;
        _ = SqliteNative.sqlite3_reset(_handle);
        Unpin();
        _connection.Return();
    }

    public override DbStatement Bind(string name, long value)
    {
        Check(SqliteNative.sqlite3_bind_int64(_handle, IndexOf(name), value));
        return this;
    }

    public override DbStatement Bind(string name, long? value) => value is { } present ? Bind(name, present) : BindNull(name);

    public override DbStatement Bind(string name, double value)
    {
        DataRules.RefuseNaN(Text, name, value);
        Check(SqliteNative.sqlite3_bind_double(_handle, IndexOf(name), value));
        return this;
    }

    public override DbStatement Bind(string name, double? value) => value is { } present ? Bind(name, present) : BindNull(name);

    public override DbStatement Bind(string name, bool value) => Bind(name, value ? 1L : 0L);

    public override DbStatement Bind(string name, byte[]? value) =>
        value is null ? BindNull(name) : Bind(name, new ReadOnlyMemory<byte>(value));

    public override DbStatement Bind(string name, string? value)
    {
        if (value is null) return BindNull(name);
        var index = IndexOf(name);
        var bytesMax = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (bytesMax <= StackBytes)
        {
            BindText(name, index, value, stackalloc byte[StackBytes]);
            return this;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(bytesMax);
        BindText(name, index, value, buffer);
        ArrayPool<byte>.Shared.Return(buffer);
        return this;
    }

    public override DbStatement Bind(string name, ReadOnlyMemory<byte> value)
    {
        var index = IndexOf(name);
        if (value.IsEmpty)
        {
            Check(SqliteNative.sqlite3_bind_zeroblob(_handle, index, 0));
        }
        else if (value.Length <= CopiedBlobBytes)
        {
            fixed (byte* bytes = value.Span)
                Check(SqliteNative.sqlite3_bind_blob(_handle, index, bytes, value.Length, SqliteNative.Transient));
        }
        else
        {
            var pin = value.Pin();
            _pins.Add(pin);
            Check(SqliteNative.sqlite3_bind_blob(_handle, index, (byte*)pin.Pointer, value.Length, SqliteNative.Static));
        }

        return this;
    }

    public override ValueTask<int> ExecuteAsync() => new(Run());

    public override ValueTask<List<T>> ListAsync<T>(Func<DbRow, T> read)
    {
        var start = StartQuery();
        try
        {
            var rows = new List<T>();
            while (Step()) rows.Add(read(_row));
            return new(rows);
        }
        finally
        {
            EndQuery(start);
        }
    }

    public override ValueTask ForEachAsync(Func<DbRow, bool> visit)
    {
        var start = StartQuery();
        try
        {
            while (Step() && visit(_row)) { }
            return ValueTask.CompletedTask;
        }
        finally
        {
            EndQuery(start);
        }
    }

    public override ValueTask<T?> FirstAsync<T>(Func<DbRow, T> read, T? none = default)
        where T : default => new(First(read, none));

    public override ValueTask<long?> LongAsync() => new(First(static row => row.LongOrNull(0), null));

    public T? First<T>(Func<DbRow, T> read, T? none)
    {
        var start = StartQuery();
        try
        {
            return Step() ? read(_row) : none;
        }
        finally
        {
            EndQuery(start);
        }
    }

    /// <summary>Runs to the end and returns the number of rows changed.</summary>
    public int Run()
    {
        try
        {
            RequireAllBound();
            while (Step()) { }
            return Changes();
        }
        finally
        {
            Finish();
        }
    }

    public int RunMany<TItem>(IReadOnlyList<TItem> items, Action<DbStatement, TItem> bind)
    {
        try
        {
            var changes = 0;
            for (var i = 0; i < items.Count; i++)
            {
                _bound = 0;
                bind(this, items[i]);
                RequireAllBound();
                while (Step()) { }
                changes += Changes();
                Check(SqliteNative.sqlite3_reset(_handle));
                if (_pins.Count > 0) Unpin();
            }

            return changes;
        }
        finally
        {
            Finish();
        }
    }

    public void Dispose()
    {
        Unpin();
        if (_handle != 0) _ = SqliteNative.sqlite3_finalize(_handle);
        _handle = 0;
    }

    private DbStatement BindNull(string name)
    {
        Check(SqliteNative.sqlite3_bind_null(_handle, IndexOf(name)));
        return this;
    }

    private void BindText(string name, int index, string value, Span<byte> buffer)
    {
        if (Utf8.FromUtf16(value, buffer, out _, out var length, replaceInvalidSequences: false) is not OperationStatus.Done)
            throw DataRules.LoneSurrogate(Text, name);
        fixed (byte* bytes = buffer)
            Check(SqliteNative.sqlite3_bind_text(_handle, index, bytes, length, SqliteNative.Transient));
    }

    private int IndexOf(string name)
    {
        Invariant.That(IsBusy);
        var position = _bound++;
        if (position < _lastOrder.Length && ReferenceEquals(_lastOrder[position].Name, name)) return _lastOrder[position].Index;
        return FindIndex(position, name);
    }

    private int FindIndex(int position, string name)
    {
        var index = Array.IndexOf(_names, name) + 1;
        if (index == 0)
            throw new InvariantException(
                $"{Text.Name} has no parameter '{name}'; it has: {string.Join(", ", _names)}. Names are bound without the @.");
        for (var i = 0; i < position; i++)
            if (_lastOrder[i].Index == index) throw new InvariantException($"{Text.Name}: the parameter '{name}' is bound twice.");
        _lastOrder[position] = (name, index);
        Array.Clear(_lastOrder, position + 1, _lastOrder.Length - position - 1);
        return index;
    }

    private void RequireAllBound()
    {
        Invariant.That(IsBusy);
        if (_bound == _names.Length) return;
        var bound = _lastOrder.Take(_bound).Select(entry => entry.Name);
        throw new InvariantException($"{Text.Name}: not bound: {string.Join(", ", _names.Except(bound))}.");
    }

    private long StartQuery()
    {
        RequireAllBound();
        return DataMetrics.StatementStart();
    }

    private void EndQuery(long start)
    {
        Finish();
        DataMetrics.StatementEnd(Text, start);
    }

    /// <summary>True when there is a row, false at the end.</summary>
    private bool Step()
    {
        var code = SqliteNative.sqlite3_step(_handle);
        if (code == SqliteCode.Row) return true;
        if (code == SqliteCode.Done) return false;
        _connection.NoteSystemError();
        throw SqliteCode.Primary(code) == SqliteCode.Interrupt
            ? _connection.Stopped(Text.Name)
            : SqliteErrors.From(_connection, code, Text.Name);
    }

    private int Changes() => _readOnly ? 0 : SqliteNative.sqlite3_changes(_connection.Handle);

    private void Check(int code)
    {
        if (code != SqliteCode.Ok) throw SqliteErrors.From(_connection, code, Text.Name);
    }

    private void Unpin()
    {
        foreach (var pin in _pins) pin.Dispose();
        _pins.Clear();
    }
}
