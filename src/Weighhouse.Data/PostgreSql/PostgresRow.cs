using Npgsql;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>
/// The row a reader stands on. Numbers are read as SQLite reads them: any integer, float, numeric or boolean column answers to
/// Long and Double.
/// </summary>
internal sealed class PostgresRow(SqlText text, NpgsqlDataReader reader) : DbRow
{
    private readonly Type?[] _types = new Type?[reader.FieldCount];

    public override bool IsNull(int column) => reader.IsDBNull(column);

    public override long Long(int column)
    {
        RequireValue(column);
        return LongAt(column);
    }

    public override long? LongOrNull(int column) => reader.IsDBNull(column) ? null : LongAt(column);

    public override double Double(int column)
    {
        RequireValue(column);
        return DoubleAt(column);
    }

    public override double? DoubleOrNull(int column) => reader.IsDBNull(column) ? null : DoubleAt(column);

    public override string Text(int column)
    {
        RequireValue(column);
        return reader.GetString(column);
    }

    public override string? TextOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public override bool Bool(int column) => Long(column) != 0;

    public override byte[] Bytes(int column)
    {
        RequireValue(column);
        return reader.GetFieldValue<byte[]>(column);
    }

    public override void Bytes(int column, ReadOnlySpanAction visit) => visit(Bytes(column));

    private long LongAt(int column)
    {
        var type = TypeOf(column);
        if (type == typeof(long)) return reader.GetInt64(column);
        if (type == typeof(bool)) return reader.GetBoolean(column) ? 1 : 0;
        if (type == typeof(double) || type == typeof(float)) return (long)DoubleAt(column);
        return reader.GetFieldValue<long>(column);
    }

    private double DoubleAt(int column)
    {
        var type = TypeOf(column);
        if (type == typeof(double)) return reader.GetDouble(column);
        if (type == typeof(float)) return reader.GetFloat(column);
        if (type == typeof(decimal)) return reader.GetFieldValue<double>(column);
        return LongAt(column);
    }

    private Type TypeOf(int column) => _types[column] ??= reader.GetFieldType(column);

    private void RequireValue(int column)
    {
        if (reader.IsDBNull(column)) throw DataRules.NullColumn(text, column);
    }
}
