using Weighhouse.Versioning.Content.Files;

namespace Weighhouse.Versioning.Content.Tables;

/// <summary>A side of a comparison of tables.</summary>
/// <param name="Format">csv, tsv or jsonl; null for a side that is not there.</param>
/// <param name="Runs">The rows that have to be matched: those that are not known to stand in the other version too.</param>
internal sealed record TableSide(FileContent Content, string? Format, TableProfile Profile, IReadOnlyList<RowRun> Runs)
{
    /// <summary>With all its rows to be matched.</summary>
    public TableSide Whole => this with { Runs = Format is null ? [] : [RowRun.Everything] };
}

/// <summary>
/// The first reading of two tables: what their columns hold, which rows lie in shared parts of the files, and which of some keys tell all
/// rows apart.
/// </summary>
internal sealed class TablePair : IDisposable
{
    /// <summary>Where nothing is shared, versions this long are read at the same time.</summary>
    private const long ApartBytesMin = 64 << 10;

    private readonly List<KeyWatch> _keys = [];

    /// <summary>Those of the newer version where the two are read at the same time.</summary>
    private readonly List<KeyWatch> _newKeys = [];

    private TablePair(TableSide before, TableSide after) => (Before, After) = (before, after);

    public TableSide Before { get; private set; }

    public TableSide After { get; private set; }

    /// <summary>Why a side is no table; null when both are.</summary>
    public string? Problem => Before.Profile.Problem ?? After.Profile.Problem;

    /// <param name="keys">The keys that may be asked for.</param>
    public static TablePair Read(
        (FileContent Content, string? Format) old, (FileContent Content, string? Format) current, IEnumerable<IReadOnlyList<string>> keys,
        long memoryBytesMax, CancellationToken cancellation)
    {
        var pair = new TablePair(
            new TableSide(old.Content, old.Format, TableProfile.Nothing, []),
            new TableSide(current.Content, current.Format, TableProfile.Nothing, []));
        var shared = SharedRanges.Of(old.Content.Chunks, current.Content.Chunks);
        var isApart = shared.Count == 0 && Math.Min(old.Content.SizeBytes, current.Content.SizeBytes) >= ApartBytesMin;
        foreach (var key in keys)
        {
            pair._keys.Add(new KeyWatch(key, isApart ? memoryBytesMax / 2 : memoryBytesMax));
            if (isApart) pair._newKeys.Add(new KeyWatch(key, memoryBytesMax / 2));
        }

        if (isApart && old.Format is not null && current.Format is not null) pair.ReadApart(cancellation);
        else if (old.Format is not null && current.Format is not null) pair.ReadBoth(shared, cancellation);
        else if (old.Format is not null) pair.Before = ReadOne(pair.Before, RowSides.Old, pair._keys, cancellation);
        else pair.After = ReadOne(pair.After, RowSides.New, pair._keys, cancellation);
        return pair;
    }

    /// <summary>Whether it is certain that no two rows of a side have the same key.</summary>
    public bool IsUnique(IReadOnlyList<string> key, CancellationToken cancellation) =>
        _keys.Exists(watch => watch.Names.SequenceEqual(key, StringComparer.Ordinal))
        && _keys.Concat(_newKeys).Where(watch => watch.Names.SequenceEqual(key, StringComparer.Ordinal))
            .All(watch => watch.Prints.AreUnique(cancellation));

    public void Dispose()
    {
        foreach (var key in _keys.Concat(_newKeys)) key.Prints.Dispose();
    }

    private void ReadApart(CancellationToken cancellation)
    {
        var after = Task.Run(() => ReadOne(After, RowSides.New, _newKeys, cancellation), CancellationToken.None);
        try
        {
            Before = ReadOne(Before, RowSides.Old, _keys, cancellation);
        }
        finally
        {
            // Whatever becomes of this side, nobody reads from the store any more when it is told.
            ((Task)after).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        }

        After = after.GetAwaiter().GetResult();
    }

    private static TableSide ReadOne(TableSide side, RowSides which, List<KeyWatch> keys, CancellationToken cancellation)
    {
        using var reader = TableReader.Open(side.Content, side.Format!);
        var rows = new RowProfile();
        rows.Widen(reader);
        while (reader.Read())
        {
            if ((reader.Row.Number & 0xFFF) == 0) cancellation.ThrowIfCancellationRequested();
            rows.Add(reader);
            foreach (var key in keys) key.Add(reader, which);
        }

        return side.Whole with { Profile = new TableProfile(rows.Rows, rows.Columns, reader.IsJson, false, reader.Problem) };
    }

    private void ReadBoth(List<SharedRange> shared, CancellationToken cancellation)
    {
        using var old = TableReader.Open(Before.Content, Before.Format!);
        using var current = TableReader.Open(After.Content, After.Format!);
        var (ofOld, ofNew, ofBoth) = (new RowProfile(), new RowProfile(), new RowProfile());
        ofOld.Widen(old);
        ofNew.Widen(current);
        var walk = new TableWalk(old, current, shared, Take, cancellation);
        walk.Run();
        Before = Before with { Profile = Profile(ofOld, old), Runs = walk.OldRuns };
        After = After with { Profile = Profile(ofNew, current), Runs = walk.NewRuns };

        void Take(RowSides side)
        {
            var reader = side == RowSides.Old ? old : current;
            (side == RowSides.Both ? ofBoth : side == RowSides.Old ? ofOld : ofNew).Add(reader);
            foreach (var key in _keys) key.Add(reader, side);
        }

        TableProfile Profile(RowProfile own, TableReader reader) =>
            new(own.Rows + ofBoth.Rows, own.With(ofBoth), reader.IsJson, false, reader.Problem);
    }

    /// <summary>A key that is looked at while rows go by.</summary>
    private sealed class KeyWatch(IReadOnlyList<string> names, long memoryBytesMax)
    {
        private readonly RowCodec _codec = new(names);
        private (int[] Columns, int Known) _old = ([], -1), _new = ([], -1);

        public IReadOnlyList<string> Names => names;

        public KeyPrints Prints { get; } = new(memoryBytesMax);

        public void Add(TableReader reader, RowSides side)
        {
            ref var places = ref side == RowSides.Old ? ref _old : ref _new;
            if (places.Known != reader.Columns.Count) places = (_codec.Locate(reader), reader.Columns.Count);
            Prints.Add(CellValue.Hash(_codec.Encode(reader.Row, places.Columns)), side);
        }
    }
}
