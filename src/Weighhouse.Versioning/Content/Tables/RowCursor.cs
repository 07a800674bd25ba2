namespace Weighhouse.Versioning.Content.Tables;

/// <summary>Goes through the rows of a side that are to be matched, each as its key and its other cells.</summary>
internal sealed class RowCursor : IDisposable
{
    private readonly TableReader? _reader;
    private readonly IReadOnlyList<RowRun> _runs;
    private readonly RowCodec _keys, _cells;
    private readonly CancellationToken _cancellation;
    private int[] _keyColumns = [], _cellColumns = [];
    private int _known = -1, _run = -1;
    private long _left;

    /// <param name="key">Its columns; none for rows that are compared whole, which are their own key.</param>
    public RowCursor(TableSide side, IReadOnlyList<string> key, IReadOnlyList<string> cells, CancellationToken cancellation)
    {
        (_runs, _cancellation) = (side.Runs, cancellation);
        (_keys, _cells) = (new RowCodec(key.Count > 0 ? key : cells), new RowCodec(key.Count > 0 ? cells : []));
        if (side.Runs.Count > 0) _reader = TableReader.Open(side.Content, side.Format!);
    }

    public ReadOnlySpan<byte> Key => _keys.Last;

    public ReadOnlySpan<byte> Cells => _cells.Last;

    public long Row => _reader!.Row.Number;

    public bool MoveNext()
    {
        if (_reader is null) return false;
        while (_left == 0 || !_reader.Read())
        {
            if (++_run >= _runs.Count) return false;
            _left = _runs[_run].Rows;
            if (_runs[_run] != RowRun.Everything) _reader.MoveTo(_runs[_run].Start);
        }

        _left--;
        if ((Row & 0xFFF) == 0) _cancellation.ThrowIfCancellationRequested();
        if (_reader.Columns.Count != _known)
            (_keyColumns, _cellColumns, _known) = (_keys.Locate(_reader), _cells.Locate(_reader), _reader.Columns.Count);
        _keys.Encode(_reader.Row, _keyColumns);
        _cells.Encode(_reader.Row, _cellColumns);
        return true;
    }

    public void Dispose() => _reader?.Dispose();
}
