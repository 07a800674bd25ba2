using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>
/// One connection inside one transaction. Statements are prepared once a connection and kept.
/// On SQLite every awaitable here has already completed when it is returned.
/// </summary>
public abstract class DbSession
{
    private protected DbSession()
    {
    }

    public abstract DatabaseEngine Engine { get; }

    /// <summary>Starts a command. Bind its parameters, then finish with one of the execute or query methods; it is then spent.</summary>
    public abstract DbStatement Prepare(SqlText sql);

    /// <summary>
    /// Runs the statement once for each item: on SQLite a loop over one prepared statement, on PostgreSQL one round trip.
    /// Returns the number of rows changed in all.
    /// </summary>
    public abstract ValueTask<int> ExecuteManyAsync<TItem>(SqlText sql, IReadOnlyList<TItem> items, Action<DbStatement, TItem> bind);

    /// <summary>
    /// Calls <paramref name="action"/> once this unit is durable, before its task completes; never when it is undone. For waking
    /// those who wait for the fact: it runs on the writer, so it must only set a signal. A read has no such moment: there it is a bug.
    /// </summary>
    public abstract void AfterCommit(Action action);

    /// <summary>Runs the statements of a migration.</summary>
    internal abstract ValueTask ExecuteScriptAsync(string name, string script);
}

/// <summary>
/// A statement being bound and run. Parameters are written @name in the SQL of both engines and bound as "name", each exactly
/// once. Booleans are 0 and 1 on both engines; NaN and lone surrogates are refused on both.
/// </summary>
public abstract class DbStatement
{
    private protected DbStatement()
    {
    }

    public abstract DbStatement Bind(string name, long value);

    public abstract DbStatement Bind(string name, long? value);

    public abstract DbStatement Bind(string name, double value);

    public abstract DbStatement Bind(string name, double? value);

    public abstract DbStatement Bind(string name, string? value);

    public abstract DbStatement Bind(string name, bool value);

    /// <summary>Binds bytes; the array must not change until the statement has run.</summary>
    public abstract DbStatement Bind(string name, ReadOnlyMemory<byte> value);

    public abstract DbStatement Bind(string name, byte[]? value);

    /// <summary>Returns the number of rows changed.</summary>
    public abstract ValueTask<int> ExecuteAsync();

    /// <summary>All rows, in order. Bound the number in the SQL: nothing here does.</summary>
    public abstract ValueTask<List<T>> ListAsync<T>(Func<DbRow, T> read);

    /// <summary>Calls <paramref name="visit"/> for each row without keeping any; return false to stop.</summary>
    public abstract ValueTask ForEachAsync(Func<DbRow, bool> visit);

    /// <summary>The first row, or <paramref name="none"/> when there is none.</summary>
    public abstract ValueTask<T?> FirstAsync<T>(Func<DbRow, T> read, T? none = default);

    /// <summary>The first column of the first row as a number; null when there is no row or it is NULL.</summary>
    public abstract ValueTask<long?> LongAsync();
}

/// <summary>The current row of a result, by column position. Valid only during the callback it is given to.</summary>
public abstract class DbRow
{
    private protected DbRow()
    {
    }

    public abstract bool IsNull(int column);

    public abstract long Long(int column);

    public abstract long? LongOrNull(int column);

    public abstract double Double(int column);

    public abstract double? DoubleOrNull(int column);

    public abstract string Text(int column);

    public abstract string? TextOrNull(int column);

    public abstract bool Bool(int column);

    public abstract byte[] Bytes(int column);

    /// <summary>The blob in place where the engine can show it, without a copy on the heap; valid until the callback returns.</summary>
    public abstract void Bytes(int column, ReadOnlySpanAction visit);
}

public delegate void ReadOnlySpanAction(ReadOnlySpan<byte> bytes);
