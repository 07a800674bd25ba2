using System.Text;

namespace Weighhouse.Versioning.Content.Tables;

/// <summary>
/// Rows as bytes: cell by cell, its length and one more as a number of 7-bit groups, or 0 for a cell that is absent. Equal rows have
/// equal bytes.
/// </summary>
internal sealed class RowCodec(IReadOnlyList<string> names)
{
    private const int CellLengthMax = 500;

    private byte[] _buffer = new byte[4 << 10];
    private int _used;

    /// <summary>The columns, in the order of the cells.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>Where the columns are in a reader; -1 for those it does not have.</summary>
    public int[] Locate(TableReader reader) => [.. names.Select(name => reader.Columns.IndexOf(name))];

    /// <summary>The row's cells in these columns; valid until the next call.</summary>
    public ReadOnlySpan<byte> Encode(TableRow row, ReadOnlySpan<int> columns)
    {
        var used = 0;
        foreach (var column in columns)
        {
            if (column < 0 || !row.Has(column))
            {
                Put(0, ref used);
                continue;
            }

            var cell = row[column];
            Put((uint)cell.Length + 1, ref used);
            Reserve(used, cell.Length);
            cell.CopyTo(_buffer.AsSpan(used));
            used += cell.Length;
        }

        _used = used;
        return Last;
    }

    /// <summary>What was encoded last.</summary>
    public ReadOnlySpan<byte> Last => _buffer.AsSpan(0, _used);

    /// <summary>The next cell, which is taken from the front; false when it is absent.</summary>
    public static bool Next(ref ReadOnlySpan<byte> row, out ReadOnlySpan<byte> cell)
    {
        var length = (int)Number(ref row) - 1;
        cell = length < 0 ? default : row[..length];
        if (length >= 0) row = row[length..];
        return length >= 0;
    }

    public static uint Number(ref ReadOnlySpan<byte> bytes)
    {
        uint value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[0];
            bytes = bytes[1..];
            value |= (uint)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
    }

    /// <summary>All cells as text, for people.</summary>
    public static List<string?> Show(ReadOnlySpan<byte> row)
    {
        var cells = new List<string?>();
        while (!row.IsEmpty) cells.Add(Next(ref row, out var cell) ? ShowCell(cell) : null);
        return cells;
    }

    private static string ShowCell(ReadOnlySpan<byte> cell)
    {
        var text = Encoding.UTF8.GetString(cell.Length > 4 * CellLengthMax ? cell[..(4 * CellLengthMax)] : cell);
        return Kernel.PlainText.Cut(text, CellLengthMax);
    }

    private void Put(uint value, ref int used)
    {
        Reserve(used, 5);
        for (; value >= 0x80; value >>= 7) _buffer[used++] = (byte)(value | 0x80);
        _buffer[used++] = (byte)value;
    }

    private void Reserve(int used, int more)
    {
        if (_buffer.Length - used < more) Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, used + more));
    }
}
