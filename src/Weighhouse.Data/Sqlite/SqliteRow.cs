using System.Text;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>The row a statement stands on.</summary>
internal sealed unsafe class SqliteRow(SqlText text, nint statement) : DbRow
{
    public override bool IsNull(int column) => SqliteNative.sqlite3_column_type(statement, column) == SqliteCode.TypeNull;

    public override long Long(int column)
    {
        RequireValue(column);
        return SqliteNative.sqlite3_column_int64(statement, column);
    }

    public override long? LongOrNull(int column) => IsNull(column) ? null : SqliteNative.sqlite3_column_int64(statement, column);

    public override double Double(int column)
    {
        RequireValue(column);
        return SqliteNative.sqlite3_column_double(statement, column);
    }

    public override double? DoubleOrNull(int column) => IsNull(column) ? null : SqliteNative.sqlite3_column_double(statement, column);

    public override string Text(int column)
    {
        RequireValue(column);
        return TextAt(column);
    }

    public override string? TextOrNull(int column) => IsNull(column) ? null : TextAt(column);

    public override bool Bool(int column) => Long(column) != 0;

    public override byte[] Bytes(int column) => BlobAt(column).ToArray();

    public override void Bytes(int column, ReadOnlySpanAction visit) => visit(BlobAt(column));

    private string TextAt(int column)
    {
        var bytes = SqliteNative.sqlite3_column_text(statement, column);
        var length = SqliteNative.sqlite3_column_bytes(statement, column);
        return length == 0 ? "" : Encoding.UTF8.GetString(bytes, length);
    }

    private ReadOnlySpan<byte> BlobAt(int column)
    {
        RequireValue(column);
        var bytes = SqliteNative.sqlite3_column_blob(statement, column);
        return new ReadOnlySpan<byte>(bytes, SqliteNative.sqlite3_column_bytes(statement, column));
    }

    private void RequireValue(int column)
    {
        if (IsNull(column)) throw DataRules.NullColumn(text, column);
    }
}
