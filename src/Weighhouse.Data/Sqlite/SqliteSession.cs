using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>One unit's view of a connection. It dies with the unit: a statement prepared later is a bug that it reports.</summary>
internal sealed class SqliteSession(SqliteConnection connection, List<Action>? afterCommit) : DbSession
{
    private bool _closed;

    public override DatabaseEngine Engine => DatabaseEngine.Sqlite;

    public override DbStatement Prepare(SqlText sql) => Borrow(sql);

    public override ValueTask<int> ExecuteManyAsync<TItem>(SqlText sql, IReadOnlyList<TItem> items, Action<DbStatement, TItem> bind) =>
        new(Borrow(sql).RunMany(items, bind));

    public override void AfterCommit(Action action)
    {
        Invariant.That(!_closed && afterCommit is not null);
        afterCommit.Add(action);
    }

    internal override ValueTask ExecuteScriptAsync(string name, string script)
    {
        Invariant.That(!_closed);
        connection.RunScript(name, script);
        return ValueTask.CompletedTask;
    }

    public void Close()
    {
        _closed = true;
        connection.EndTransaction();
    }

    private SqliteStatement Borrow(SqlText sql)
    {
        if (_closed)
            throw new InvariantException(
                $"{sql.Name} is prepared on a session whose unit has ended. Inside a unit, await only the session.");
        connection.ThrowIfStopped(sql.Name);
        return connection.Borrow(sql);
    }
}
