using Npgsql;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>One unit's view of a connection and its transaction. It dies with the unit.</summary>
internal sealed class PostgresSession(
    NpgsqlConnection connection, NpgsqlTransaction transaction, List<Action>? afterCommit, CancellationToken cancellation) : DbSession
{
    /// <summary>Rows in one round trip of ExecuteMany: bounds the memory the driver gathers before it sends.</summary>
    private const int BatchRowsMax = 2_000;

    private bool _closed;

    public override DatabaseEngine Engine => DatabaseEngine.PostgreSql;

    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>What broke a statement, untranslated: the lane decides on it whether to run the unit again.</summary>
    public Exception? Cause { get; private set; }

    /// <summary>Whether any statement of this session was answered: until then nobody can have seen anything of it.</summary>
    public bool HasAnswered { get; private set; }

    public override DbStatement Prepare(SqlText sql)
    {
        RequireOpen(sql);
        return new PostgresStatement(sql, this);
    }

    public override async ValueTask<int> ExecuteManyAsync<TItem>(SqlText sql, IReadOnlyList<TItem> items, Action<DbStatement, TItem> bind)
    {
        RequireOpen(sql);
        var changes = 0;
        var binder = new PostgresBatch(sql);
        for (var from = 0; from < items.Count; from += BatchRowsMax)
        {
            await using var batch = new NpgsqlBatch(connection, transaction);
            var to = Math.Min(items.Count, from + BatchRowsMax);
            for (var i = from; i < to; i++)
            {
                bind(binder, items[i]);
                batch.BatchCommands.Add(binder.Take());
            }

            try
            {
                changes += Math.Max(0, await batch.ExecuteNonQueryAsync(Cancellation));
                NoteAnswer();
            }
            catch (Exception exception) when (PostgresErrors.IsOfDatabase(exception))
            {
                throw Translate(exception, sql);
            }
        }

        return changes;
    }

    public override void AfterCommit(Action action)
    {
        Invariant.That(!_closed && afterCommit is not null);
        afterCommit.Add(action);
    }

    internal override async ValueTask ExecuteScriptAsync(string name, string script)
    {
        await using var command = new NpgsqlCommand(script, connection, transaction) { CommandTimeout = 0 };
        try
        {
            await command.ExecuteNonQueryAsync(Cancellation);
        }
        catch (Exception exception) when (PostgresErrors.IsOfDatabase(exception))
        {
            throw Translate(exception, SqlText.Both(name, script));
        }
    }

    public NpgsqlCommand Command(SqlText sql)
    {
        RequireOpen(sql);
        return new NpgsqlCommand(sql.Postgres.Sql, connection, transaction);
    }

    /// <summary>The exception to throw instead of the driver's.</summary>
    public Exception Translate(Exception exception, SqlText sql)
    {
        Cause ??= exception;
        return PostgresErrors.From(exception, sql.Name);
    }

    public async ValueTask CloseAsync(NpgsqlDataReader reader, SqlText sql)
    {
        try
        {
            await reader.DisposeAsync();
        }
        catch (NpgsqlException exception)
        {
            // The rows were read; what follows on this connection will tell.
            _ = Translate(exception, sql);
        }
    }

    public void NoteAnswer() => HasAnswered = true;

    public void Close() => _closed = true;

    private void RequireOpen(SqlText sql)
    {
        if (_closed)
            throw new InvariantException(
                $"{sql.Name} is prepared on a session whose unit has ended. Inside a unit, await only the session.");
    }
}
