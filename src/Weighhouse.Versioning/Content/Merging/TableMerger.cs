using System.Text;
using Weighhouse.Versioning.Content.Tables;

namespace Weighhouse.Versioning.Content.Merging;

/// <summary>
/// Merges tables row by row: by key, cell by cell, where there is a key; else as bags, in which a row is either there or not. Our order
/// stays, and rows that only they added follow the row they follow there.
/// </summary>
internal sealed class TableMerger
{
    private const int PlacesOfBags = 20;

    private readonly MergeTable _old, _mine, _other;
    private readonly List<string> _columns;
    private readonly MergeOutcome _outcome = new();

    public TableMerger(MergeTable origin, MergeTable ours, MergeTable theirs)
    {
        (_old, _mine, _other) = (origin, ours, theirs);
        _columns =
        [
            .. ours.Columns.Where(column => theirs.Has(column) || !origin.Has(column)),
            .. theirs.Columns.Where(column => !ours.Has(column) && !origin.Has(column)),
        ];
    }

    /// <param name="given">The columns of the key; null to look for one.</param>
    public MergeOutcome Merge(IReadOnlyList<string>? given)
    {
        if (_old.Header.IsEmpty != _mine.Header.IsEmpty || _mine.Header.IsEmpty != _other.Header.IsEmpty)
        {
            _outcome.Disagree("header", null, "the first row names columns in some of the versions and holds data in others", null);
            return _outcome;
        }

        MergeTable[] tables = [_old, _mine, _other];
        var key = given is { Count: > 0 } && given.All(column => Array.TrueForAll(tables, table => table.Has(column)))
            ? given
            : GuessKey(tables);
        if (key is null) MergeBags();
        else if (ByKey(_old, key) is { } old && ByKey(_mine, key) is { } mine && ByKey(_other, key) is { } other)
            MergeKeyed(key, old, mine, other);
        else _outcome.Disagree($"key {string.Join(", ", key)}", null, "rows repeat the key; choose columns that tell rows apart", null);
        return _outcome;
    }

    private IReadOnlyList<string>? GuessKey(MergeTable[] tables)
    {
        foreach (var name in TableDiffer.KeyNames)
        {
            var column = _mine.Columns.FirstOrDefault(column => column.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (column is not null && Array.TrueForAll(tables, table => table.Has(column) && ByKey(table, [column]) is not null))
                return [column];
        }

        return null;
    }

    /// <summary>Rows by key; null when a row has none or two have the same.</summary>
    private static Dictionary<string, MergeRow>? ByKey(MergeTable table, IReadOnlyList<string> key)
    {
        var rows = new Dictionary<string, MergeRow>(table.Rows.Count, StringComparer.Ordinal);
        foreach (var row in table.Rows)
        {
            if (key.Any(column => string.IsNullOrEmpty(table.Cell(row, column))) || !rows.TryAdd(table.Whole(row, key), row)) return null;
        }

        return rows;
    }

    private void MergeKeyed(
        IReadOnlyList<string> key, Dictionary<string, MergeRow> old, Dictionary<string, MergeRow> mine, Dictionary<string, MergeRow> other)
    {
        RefuseLostChanges(key, mine, old, other);
        var added = AddedRows(
            row => mine.ContainsKey(_other.Whole(row, key)) ? RowPlace.Ours : RowPlace.Added, row => _other.Whole(row, key));
        var writer = new RowWriter(_mine, _columns);
        Flush("");
        var waiting = new List<string>();
        foreach (var row in _mine.Rows)
        {
            var name = _mine.Whole(row, key);
            var (was, there) = (old.GetValueOrDefault(name), other.GetValueOrDefault(name));
            // What they added behind a row comes behind what we added there.
            if (was is not null) FlushAll();
            if (there is not null) Cells(key, was, row, there);
            else if (was is null) writer.Write(_mine, row);
            else if (!IsSame(_mine, row, _old, was)) Disagree(key, _mine, row, "the row", "the row as it was", "changed", null);
            waiting.Add(name);
        }

        FlushAll();
        if (!_outcome.HasConflicts) _outcome.Content = writer.End();

        void FlushAll()
        {
            foreach (var name in waiting) Flush(name);
            waiting.Clear();
        }

        void Flush(string anchor)
        {
            foreach (var row in added.GetValueOrDefault(anchor) ?? [])
            {
                if (!old.TryGetValue(_other.Whole(row, key), out var was)) writer.Write(_other, row);
                else if (!IsSame(_other, row, _old, was)) Disagree(key, _other, row, "the row", "the row as it was", null, "changed");
            }
        }

        void Cells(IReadOnlyList<string> names, MergeRow? was, MergeRow row, MergeRow there)
        {
            var cells = MergeCells(names, was, row, there);
            if (cells.SequenceEqual(_columns.Select(column => _mine.Cell(row, column)))) writer.Write(_mine, row);
            else if (cells.SequenceEqual(_columns.Select(column => _other.Cell(there, column)))) writer.Write(_other, there);
            else writer.Write(cells);
        }
    }

    private string?[] MergeCells(IReadOnlyList<string> key, MergeRow? was, MergeRow row, MergeRow there)
    {
        var cells = new string?[_columns.Count];
        for (var i = 0; i < cells.Length; i++)
        {
            var column = _columns[i];
            var old = was is null ? null : _old.Cell(was, column);
            // A side that does not have the column has said nothing of it.
            var (mine, other) = (_mine.Has(column) ? _mine.Cell(row, column) : old, _other.Has(column) ? _other.Cell(there, column) : old);
            cells[i] = mine == other || other == old ? mine : other;
            if (mine != other && mine != old && other != old) Disagree(key, _mine, row, $"column {column}", old, mine, other);
        }

        return cells;
    }

    /// <summary>A column that one side dropped must not take with it what the other wrote there.</summary>
    private void RefuseLostChanges(
        IReadOnlyList<string> key, Dictionary<string, MergeRow> mine, Dictionary<string, MergeRow> old, Dictionary<string, MergeRow> other)
    {
        foreach (var column in _old.Columns.Where(column => _mine.Has(column) != _other.Has(column)))
        {
            var (side, rows) = _mine.Has(column) ? (_mine, mine) : (_other, other);
            foreach (var (name, row) in rows)
            {
                var was = old.TryGetValue(name, out var before) ? _old.Cell(before, column) : null;
                if (side.Cell(row, column) is not { Length: > 0 } now || now == was) continue;
                var what = $"column {column}, which the other side dropped";
                Disagree(key, side, row, what, was, _mine.Has(column) ? now : null, _mine.Has(column) ? null : now);
                break;
            }
        }
    }

    private void MergeBags()
    {
        if (!_columns.Order(StringComparer.Ordinal).SequenceEqual(_old.Columns.Order(StringComparer.Ordinal))
            || _columns.Count != _mine.Columns.Count || _columns.Count != _other.Columns.Count)
        {
            _outcome.Disagree("columns", Names(_old), Names(_mine), Names(_other));
            return;
        }

        var (old, mine, other) = (Count(_old), Count(_mine), Count(_other));
        var goal = new Dictionary<string, int>(StringComparer.Ordinal);
        var removedByBoth = new List<string>();
        var addsDiffer = false;
        foreach (var row in old.Keys.Union(mine.Keys).Union(other.Keys))
        {
            var was = old.GetValueOrDefault(row);
            var (here, there) = (mine.GetValueOrDefault(row) - was, other.GetValueOrDefault(row) - was);
            if (here < 0 && there < 0) removedByBoth.Add(row);
            addsDiffer |= (here > 0 || there > 0) && here != there;
            if (Math.Sign(here) * Math.Sign(there) < 0)
                _outcome.Disagree($"row {Show(row)}", $"{was} times", $"{was + here} times", $"{was + there} times");
            goal[row] = was + (Math.Abs(here) >= Math.Abs(there) ? here : there);
        }

        // Without a key a changed row is one gone and one new: where both sides took out the same, they may have changed the same.
        foreach (var row in addsDiffer ? removedByBoth.Take(PlacesOfBags) : [])
            _outcome.Disagree($"row {Show(row)}", "there", "gone or changed", "gone or changed");
        if (!_outcome.HasConflicts) _outcome.Content = WriteBag(mine, goal);
    }

    private MemoryStream WriteBag(Dictionary<string, int> mine, Dictionary<string, int> goal)
    {
        var spare = new Dictionary<string, int>(mine, StringComparer.Ordinal);
        var added = AddedRows(
            row =>
            {
                var name = Whole(_other, row);
                if (spare.GetValueOrDefault(name) > 0)
                {
                    spare[name]--;
                    return RowPlace.Ours;
                }

                return goal[name] > mine.GetValueOrDefault(name) ? RowPlace.Added : RowPlace.Nowhere;
            },
            row => Whole(_other, row));
        var writer = new RowWriter(_mine, _columns);
        Flush("");
        foreach (var row in _mine.Rows)
        {
            var name = Whole(_mine, row);
            if (goal[name]-- > 0) writer.Write(_mine, row);
            Flush(name);
        }

        return writer.End();

        void Flush(string anchor)
        {
            if (!added.Remove(anchor, out var rows)) return;
            foreach (var row in rows) writer.Write(_other, row);
        }
    }

    /// <summary>Where a row of theirs goes.</summary>
    private enum RowPlace
    {
        /// <summary>It is one of ours as well.</summary>
        Ours,
        Added,
        /// <summary>We took it out.</summary>
        Nowhere,
    }

    /// <summary>Rows that only they have, by the row of ours that they follow there; by nothing where they come first.</summary>
    private Dictionary<string, List<MergeRow>> AddedRows(Func<MergeRow, RowPlace> placeOf, Func<MergeRow, string> nameOf)
    {
        var (added, anchor) = (new Dictionary<string, List<MergeRow>>(StringComparer.Ordinal), "");
        foreach (var row in _other.Rows)
        {
            var place = placeOf(row);
            if (place == RowPlace.Ours) anchor = nameOf(row);
            if (place != RowPlace.Added) continue;
            if (!added.TryGetValue(anchor, out var rows)) added.Add(anchor, rows = []);
            rows.Add(row);
        }

        return added;
    }

    private Dictionary<string, int> Count(MergeTable table)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var row in table.Rows)
        {
            var name = Whole(table, row);
            counts[name] = counts.GetValueOrDefault(name) + 1;
        }

        return counts;
    }

    private string Whole(MergeTable table, MergeRow row) => table.Whole(row, _columns);

    private bool IsSame(MergeTable one, MergeRow row, MergeTable other, MergeRow twin)
    {
        var shared = _columns.Where(column => one.Has(column) && other.Has(column)).ToList();
        return one.Whole(row, shared) == other.Whole(twin, shared);
    }

    private void Disagree(
        IReadOnlyList<string> key, MergeTable side, MergeRow row, string what, string? origin, string? ours, string? theirs)
    {
        var name = string.Join(", ", key.Select(column => $"{column}={Show(side.Cell(row, column) ?? "")}"));
        _outcome.Disagree($"row {name}, {what}", Show(origin), Show(ours), Show(theirs));
    }

    private static string Names(MergeTable table) => string.Join(", ", table.Columns);

    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
    private static string? Show(string? text) => text is null ? null : Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(text));
}
