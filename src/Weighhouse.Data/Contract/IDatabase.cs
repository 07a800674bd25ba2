using Weighhouse.Kernel;

namespace Weighhouse.Data;

public enum DatabaseEngine
{
    Sqlite,
    PostgreSql,
}

/// <summary>
/// The facts, behind one seam. On SQLite all writes of the process pass one group-commit writer; on PostgreSQL a bounded
/// number of lanes does the same. Either way: the task completes only when the commit is durable.
/// </summary>
public interface IDatabase
{
    DatabaseEngine Engine { get; }

    /// <summary>Runs <paramref name="work"/> on one consistent snapshot. Inside, await only the session.</summary>
    ValueTask<T> ReadAsync<T>(Func<DbSession, ValueTask<T>> work, CancellationToken cancellation);

    /// <summary>
    /// Runs <paramref name="work"/> as one atomic unit, possibly in one transaction with its neighbours. A failed result or an
    /// exception undoes this unit alone. Inside, await only the session, and do nothing that cannot be repeated: after a
    /// serialisation failure the unit runs again. Once begun it is not cancelled.
    /// </summary>
    ValueTask<Result<T>> WriteAsync<T>(Func<DbSession, ValueTask<Result<T>>> work, CancellationToken cancellation);
}
