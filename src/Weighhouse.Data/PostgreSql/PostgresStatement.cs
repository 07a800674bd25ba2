using Npgsql;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>One use of a statement. The server's prepared form is kept by the connection, found by its text.</summary>
internal sealed class PostgresStatement(SqlText text, PostgresSession session) : PostgresBinder(text)
{
    private bool _spent;

    public override async ValueTask<int> ExecuteAsync()
    {
        await using var command = Finish();
        try
        {
            var changed = await command.ExecuteNonQueryAsync(session.Cancellation);
            session.NoteAnswer();
            return Math.Max(0, changed);
        }
        catch (Exception exception) when (PostgresErrors.IsOfDatabase(exception))
        {
            throw session.Translate(exception, Source);
        }
    }

    public override async ValueTask<List<T>> ListAsync<T>(Func<DbRow, T> read)
    {
        var rows = new List<T>();
        await VisitAsync(row =>
        {
            rows.Add(read(row));
            return true;
        });
        return rows;
    }

    public override ValueTask ForEachAsync(Func<DbRow, bool> visit) => VisitAsync(visit);

    public override async ValueTask<T?> FirstAsync<T>(Func<DbRow, T> read, T? none = default)
        where T : default
    {
        var first = none;
        await VisitAsync(row =>
        {
            first = read(row);
            return false;
        });
        return first;
    }

    public override ValueTask<long?> LongAsync() => FirstAsync<long?>(static row => row.LongOrNull(0));

    private async ValueTask VisitAsync(Func<DbRow, bool> visit)
    {
        var start = DataMetrics.StatementStart();
        await using var command = Finish();
        NpgsqlDataReader? reader = null;
        try
        {
            reader = await command.ExecuteReaderAsync(session.Cancellation);
            session.NoteAnswer();
            var row = new PostgresRow(Source, reader);
            while (await reader.ReadAsync(session.Cancellation))
                if (!visit(row)) break;
        }
        catch (Exception exception) when (PostgresErrors.IsOfDatabase(exception))
        {
            throw session.Translate(exception, Source);
        }
        finally
        {
            if (reader is not null) await session.CloseAsync(reader, Source);
            DataMetrics.StatementEnd(Source, start);
        }
    }

    private NpgsqlCommand Finish()
    {
        Invariant.That(!_spent);
        _spent = true;
        var command = session.Command(Source);
        MoveTo(command.Parameters);
        return command;
    }
}
