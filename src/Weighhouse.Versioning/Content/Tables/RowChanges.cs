namespace Weighhouse.Versioning.Content.Tables;

/// <summary>Counts what differs, and keeps the first rows of it: those with the lowest numbers, whatever order they are met in.</summary>
internal sealed class RowChanges(IReadOnlyList<string> keyNames, IReadOnlyList<string> cellNames, int changesMax)
{
    private readonly PriorityQueue<Found, (long Row, RowChangeKind Kind)> _kept = new(
        Comparer<(long Row, RowChangeKind Kind)>.Create(static (one, other) => Order(other, one)));

    private readonly long[] _changedCells = new long[cellNames.Count];

    public long Added { get; private set; }

    public long Removed { get; private set; }

    public long Changed { get; private set; }

    /// <summary>Rows whose key an earlier row of the side has.</summary>
    public long Repeated { get; private set; }

    public long ChangedCellsOf(string column)
    {
        for (var i = 0; i < cellNames.Count; i++)
            if (cellNames[i] == column) return _changedCells[i];
        return 0;
    }

    public void Repeat() => Repeated++;

    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> cells, long row)
    {
        Added++;
        Keep((row, RowChangeKind.Added), key, default, cells, null, row);
    }

    public void Remove(ReadOnlySpan<byte> key, ReadOnlySpan<byte> cells, long row)
    {
        Removed++;
        Keep((row, RowChangeKind.Removed), key, cells, default, row, null);
    }

    /// <summary>Two rows of one key, which may be the same.</summary>
    public void Pair(ReadOnlySpan<byte> key, ReadOnlySpan<byte> old, ReadOnlySpan<byte> current, long oldRow, long newRow)
    {
        if (old.SequenceEqual(current)) return;
        Changed++;
        var before = old;
        var after = current;
        for (var i = 0; i < _changedCells.Length; i++)
        {
            var (had, has) = (RowCodec.Next(ref before, out var was), RowCodec.Next(ref after, out var now));
            if (had != has || !was.SequenceEqual(now)) _changedCells[i]++;
        }

        Keep((newRow, RowChangeKind.Changed), key, old, current, oldRow, newRow);
    }

    /// <param name="isCut">Whether there are more than were kept.</param>
    public List<RowChange> ToList(out bool isCut)
    {
        isCut = Added + Removed + Changed > _kept.Count;
        var changes = new List<RowChange>();
        while (_kept.TryDequeue(out var found, out _)) changes.Add(Tell(found));
        changes.Reverse();
        return changes;
    }

    private static int Order((long Row, RowChangeKind Kind) one, (long Row, RowChangeKind Kind) other) =>
        one.Row != other.Row ? one.Row.CompareTo(other.Row) : other.Kind.CompareTo(one.Kind);

    private void Keep(
        (long Row, RowChangeKind Kind) order, ReadOnlySpan<byte> key, ReadOnlySpan<byte> old, ReadOnlySpan<byte> current, long? oldRow,
        long? newRow)
    {
        if (changesMax == 0) return;
        if (_kept.Count == changesMax)
        {
            _kept.TryPeek(out _, out var last);
            if (Order(order, last) >= 0) return;
            _kept.Dequeue();
        }

        _kept.Enqueue(new Found(order.Kind, key.ToArray(), old.ToArray(), current.ToArray(), oldRow, newRow), order);
    }

    private RowChange Tell(Found found)
    {
        if (keyNames.Count == 0) return TellWhole(found);
        var (key, old, current) = (RowCodec.Show(found.Key), RowCodec.Show(found.Old), RowCodec.Show(found.New));
        var cells = new List<CellChange>();
        for (var i = 0; i < keyNames.Count && found.Kind != RowChangeKind.Changed; i++)
        {
            cells.Add(new CellChange(
                keyNames[i], found.Kind == RowChangeKind.Removed ? key[i] : null, found.Kind == RowChangeKind.Added ? key[i] : null));
        }

        for (var i = 0; i < cellNames.Count; i++)
        {
            var (was, now) = (old.Count > i ? old[i] : null, current.Count > i ? current[i] : null);
            if (found.Kind != RowChangeKind.Changed || !SameCell(found, i)) cells.Add(new CellChange(cellNames[i], was, now));
        }

        return new RowChange(found.Kind, key, found.OldRow, found.NewRow, cells);
    }

    /// <summary>Without a key the row is its own: its cells are those of the key.</summary>
    private RowChange TellWhole(Found found)
    {
        var cells = RowCodec.Show(found.Key).Select((cell, i) => found.Kind == RowChangeKind.Added
            ? new CellChange(cellNames[i], null, cell)
            : new CellChange(cellNames[i], cell, null));
        return new RowChange(found.Kind, [], found.OldRow, found.NewRow, [.. cells]);
    }

    /// <summary>Of the whole cells: what is shown of two that differ may be cut to the same.</summary>
    private static bool SameCell(Found found, int index)
    {
        ReadOnlySpan<byte> old = found.Old, current = found.New;
        for (var i = 0; ; i++)
        {
            var (had, has) = (RowCodec.Next(ref old, out var was), RowCodec.Next(ref current, out var now));
            if (i == index) return had == has && was.SequenceEqual(now);
        }
    }

    private sealed record Found(RowChangeKind Kind, byte[] Key, byte[] Old, byte[] New, long? OldRow, long? NewRow);
}
