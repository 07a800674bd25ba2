using Npgsql;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>The statement that ExecuteMany hands to its binder: it collects rounds of parameters and runs nothing by itself.</summary>
internal sealed class PostgresBatch(SqlText text) : PostgresBinder(text)
{
    public NpgsqlBatchCommand Take()
    {
        var command = new NpgsqlBatchCommand(Source.Postgres.Sql);
        MoveTo(command.Parameters);
        return command;
    }

    public override ValueTask<int> ExecuteAsync() => throw Misused();

    public override ValueTask<List<T>> ListAsync<T>(Func<DbRow, T> read) => throw Misused();

    public override ValueTask ForEachAsync(Func<DbRow, bool> visit) => throw Misused();

    public override ValueTask<T?> FirstAsync<T>(Func<DbRow, T> read, T? none = default)
        where T : default => throw Misused();

    public override ValueTask<long?> LongAsync() => throw Misused();

    private InvariantException Misused() => new($"{Source.Name}: the binder of ExecuteManyAsync only binds; the statement runs by itself.");
}
