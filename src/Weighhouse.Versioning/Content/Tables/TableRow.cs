namespace Weighhouse.Versioning.Content.Tables;

/// <summary>One row as it was read: a cell for each column of the reader, in one buffer that the next row takes over.</summary>
internal sealed class TableRow
{
    private const int Absent = -1;

    private readonly List<(int Start, int LengthBytes)> _cells = [];
    private byte[] _bytes = new byte[4 << 10];
    private int _used;

    /// <summary>From 1, without the header.</summary>
    public long Number { get; private set; }

    /// <summary>Cells that were read: later columns have none.</summary>
    public int Count => _cells.Count;

    public void Begin()
    {
        _cells.Clear();
        _used = 0;
    }

    public void End() => Number++;

    /// <summary>Whether the row has something in the column, be it empty.</summary>
    public bool Has(int column) => column < _cells.Count && _cells[column].Start != Absent;

    public ReadOnlySpan<byte> this[int column] =>
        Has(column) ? _bytes.AsSpan(_cells[column].Start, _cells[column].LengthBytes) : default;

    /// <summary>Adds to the cell that is being read.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - _used < bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _used + bytes.Length));
        bytes.CopyTo(_bytes.AsSpan(_used));
        _used += bytes.Length;
    }

    /// <summary>Ends the next column's cell: what was appended since <paramref name="start"/>.</summary>
    public void EndCell(int start) => _cells.Add((start, _used - start));

    /// <summary>Ends the cell of a column, wherever it is; of a column met twice the later cell stands.</summary>
    public void EndCell(int column, int start)
    {
        while (_cells.Count <= column) _cells.Add((Absent, 0));
        _cells[column] = (start, _used - start);
    }

    public int Used => _used;
}
