namespace Weighhouse.Data;

/// <summary>
/// A statement, in the dialect of each engine. Instances are made once and kept in static fields (or a bounded cache for
/// compiled searches): a connection remembers its prepared form by reference.
/// </summary>
public sealed class SqlText(string name, string sqlite, string postgreSql)
{
    /// <summary>The name in logs and metrics.</summary>
    public string Name { get; } = name;

    /// <summary>PostgreSQL's text with numbered parameters, made at the first use.</summary>
    internal PostgresText Postgres => field ??= PostgresText.Parse(this);

    public string For(DatabaseEngine engine) => engine is DatabaseEngine.Sqlite ? sqlite : postgreSql;

    /// <summary>The same text for both engines.</summary>
    public static SqlText Both(string name, string sql) => new(name, sql, sql);
}
