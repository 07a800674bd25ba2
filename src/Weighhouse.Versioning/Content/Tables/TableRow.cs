using System.Runtime.CompilerServices;

namespace Weighhouse.Versioning.Content.Tables;

/// <summary>
/// One row as it was read: a cell for each column of the reader, where it stands in the file's bytes or, where it is written otherwise
/// there, in a buffer that the next row takes over.
/// </summary>
internal sealed class TableRow
{
    private const int Absent = -1;

    private Cell[] _cells = new Cell[16];
    private byte[] _source = [];
    private byte[] _bytes = new byte[4 << 10];
    private int _used;

    /// <summary>From 1, without the header.</summary>
    public long Number { get; private set; }

    /// <summary>Cells that were read: later columns have none.</summary>
    public int Count { get; private set; }

    public int Used => _used;

    public void Begin() => (Count, _used) = (0, 0);

    public void End() => Number++;

    /// <summary>The next row read is the one after so many.</summary>
    public void Skip(long rowsBefore) => Number = rowsBefore;

    /// <summary>Whether the row has something in the column, be it empty.</summary>
    public bool Has(int column) => (uint)column < (uint)Count && _cells[column].Start != Absent;

    public ReadOnlySpan<byte> this[int column]
    {
        get
        {
            if (!Has(column)) return default;
            ref var cell = ref _cells[column];
            return new ReadOnlySpan<byte>(cell.IsCopied ? _bytes : _source, cell.Start, cell.LengthBytes);
        }
    }

    /// <summary>Adds to the cell that is being read.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - _used < bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _used + bytes.Length));
        bytes.CopyTo(_bytes.AsSpan(_used));
        _used += bytes.Length;
    }

    /// <summary>Ends the next column's cell: what was appended since <paramref name="start"/>.</summary>
    public void EndCell(int start) => Add(new Cell(start, _used - start, IsCopied: true));

    /// <summary>The array in which cells lie that are not copied; all of a row's lie in one.</summary>
    public void ReadFrom(byte[] source) => _source = source;

    /// <summary>The next column's cell, which stands in the array as it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddCell(int start, int lengthBytes) => Add(new Cell(start, lengthBytes, IsCopied: false));

    /// <summary>Ends the cell of a column, wherever it is; of a column met twice the later cell stands.</summary>
    public void EndCell(int column, int start)
    {
        while (Count <= column) Add(new Cell(Absent, 0, IsCopied: true));
        _cells[column] = new Cell(start, _used - start, IsCopied: true);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add(Cell cell)
    {
        if (Count == _cells.Length) Array.Resize(ref _cells, Count * 2);
        _cells[Count++] = cell;
    }

    private readonly record struct Cell(int Start, int LengthBytes, bool IsCopied);
}
