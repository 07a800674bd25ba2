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
    private readonly List<KeyWatch> _keys = [];

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
        pair._keys.AddRange(keys.Select(key => new KeyWatch(key, memoryBytesMax)));
        if (old.Format is not null && current.Format is not null) pair.ReadBoth(cancellation);
        else if (old.Format is not null) pair.Before = pair.ReadOne(pair.Before, RowSides.Old, cancellation);
        else pair.After = pair.ReadOne(pair.After, RowSides.New, cancellation);
        return pair;
    }

    /// <summary>Whether it is certain that no two rows of a side have the same key.</summary>
    public bool IsUnique(IReadOnlyList<string> key, CancellationToken cancellation) =>
        _keys.Find(watch => watch.Names.SequenceEqual(key, StringComparer.Ordinal))?.Prints.AreUnique(cancellation) == true;

    public void Dispose()
    {
        foreach (var key in _keys) key.Prints.Dispose();
    }

    private TableSide ReadOne(TableSide side, RowSides which, CancellationToken cancellation)
    {
        using var reader = TableReader.Open(side.Content, side.Format!);
        var rows = new RowProfile();
        rows.Widen(reader);
        while (reader.Read())
        {
            if ((reader.Row.Number & 0xFFF) == 0) cancellation.ThrowIfCancellationRequested();
            rows.Add(reader);
            foreach (var key in _keys) key.Add(reader, which);
        }

        return side.Whole with { Profile = new TableProfile(rows.Rows, rows.Columns, reader.IsJson, false, reader.Problem) };
    }

    private void ReadBoth(CancellationToken cancellation)
    {
        using var old = TableReader.Open(Before.Content, Before.Format!);
        using var current = TableReader.Open(After.Content, After.Format!);
        var (ofOld, ofNew, ofBoth) = (new RowProfile(), new RowProfile(), new RowProfile());
        ofOld.Widen(old);
        ofNew.Widen(current);
        var shared = SharedRanges.Of(Before.Content.Chunks, After.Content.Chunks);
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
