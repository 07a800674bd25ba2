using Weighhouse.Kernel;
using Weighhouse.Versioning.Content.Files;

namespace Weighhouse.Versioning.Content.Tables;

/// <summary>
/// Compares two tables in two readings: the first tells what the columns hold, and from that the key; the second matches rows. Rows in
/// parts that both files share are read once, and not matched where no key repeats.
/// </summary>
internal sealed class TableDiffer(VersioningOptions options, CancellationToken cancellation)
{
    /// <summary>Columns that are called so name their rows where every row has a value of its own.</summary>
    public static readonly string[] KeyNames =
    [
        "id", "key", "uuid", "guid", "sample_id", "image_id", "row_id", "record_id", "example_id", "user_id", "item_id", "path", "file",
        "filename", "file_name", "filepath", "file_path", "image", "image_path", "url", "name",
    ];

    /// <summary>Keys that are looked at in the first reading. Few tables have two columns that are called like one.</summary>
    private const int KeysWatchedMax = 4;

    /// <summary>What a row takes in memory beside its bytes.</summary>
    private const int RowBytes = 100;

    /// <summary>Why the content is no table, and cannot be compared as one; null when both sides are tables.</summary>
    public string? Problem { get; private set; }

    /// <summary>Null with <see cref="Problem"/> when a side is no table.</summary>
    public Result<TableDiff?> Compare(
        (FileContent Content, string? Format) old, (FileContent Content, string? Format) current, ContentDiffDepth depth)
    {
        using var pair = TablePair.Read(old, current, KeysToWatch(old, current, depth), options.TableMemoryBytesMax, cancellation);
        Problem = pair.Problem;
        if (Problem is not null) return (TableDiff?)null;
        var columns = ComparedColumns(NamesOf(pair.Before), NamesOf(pair.After));
        if (depth.Key is { } given)
        {
            foreach (var name in given)
            {
                if (!columns.Contains(name))
                    return Error.Invalid($"The key names the column '{PlainText.Cut(name, 100)}', which both versions must have.", "key");
            }

            // Rows of one key are matched in their order, and for that all of them are needed; whole rows are merely counted.
            var isUnique = given.Count > 0 && pair.IsUnique(given, cancellation);
            var isPlain = given.Count == 0 || isUnique;
            var (before, after) = isPlain ? (pair.Before, pair.After) : (pair.Before.Whole, pair.After.Whole);
            return Match(before, after, columns, (given, false, isUnique), depth);
        }

        var guess = GuessKey(pair, columns);
        return Match(pair.Before, pair.After, columns, (guess, guess.Count > 0, guess.Count > 0), depth);
    }

    private IEnumerable<IReadOnlyList<string>> KeysToWatch(
        (FileContent Content, string? Format) old, (FileContent Content, string? Format) current, ContentDiffDepth depth)
    {
        if (depth.Key is { } given) return given.Count > 0 ? [given] : [];
        // What is in the first row of a side only is no key of all rows.
        return Candidates(ComparedColumns(FirstNames(old), FirstNames(current))).Take(KeysWatchedMax).Select(static name => new[] { name });
    }

    private static List<string> FirstNames((FileContent Content, string? Format) side)
    {
        if (side.Format is null) return [];
        using var reader = TableReader.Open(side.Content, side.Format);
        if (reader.Columns.Count == 0) reader.Read();
        return reader.Columns;
    }

    /// <summary>Those of both sides, in the order of the newer; all there are where the sides have none in common.</summary>
    private static List<string> ComparedColumns(IReadOnlyList<string> old, IReadOnlyList<string> current)
    {
        var known = old.ToHashSet(StringComparer.Ordinal);
        var common = current.Where(known.Contains).ToList();
        return common.Count > 0 ? common : [.. current.Union(old, StringComparer.Ordinal)];
    }

    private static List<string> NamesOf(TableSide side) => [.. side.Profile.Columns.Select(static column => column.Name)];

    private static IEnumerable<string> Candidates(List<string> columns)
    {
        foreach (var name in KeyNames)
            if (columns.Find(column => column.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } column) yield return column;
    }

    private List<string> GuessKey(TablePair pair, List<string> columns)
    {
        foreach (var column in Candidates(columns))
            if (IsFull(pair.Before, column) && IsFull(pair.After, column) && pair.IsUnique([column], cancellation)) return [column];
        return [];
    }

    private static bool IsFull(TableSide side, string column) =>
        side.Profile.Rows == 0 || side.Profile.Columns.FirstOrDefault(profile => profile.Name == column)?.IsFull(side.Profile.Rows) == true;

    private Result<TableDiff?> Match(
        TableSide before, TableSide after, List<string> columns, (IReadOnlyList<string> Names, bool IsGuessed, bool IsUnique) by,
        ContentDiffDepth depth)
    {
        var key = by.Names;
        var cells = columns.Except(key, StringComparer.Ordinal).ToList();
        var changes = new RowChanges(key, cells, depth.ChangesMax ?? options.DetailsMax);
        if (MatchRows(before, after, key, cells, by.IsUnique, changes) is { } error) return error;
        return new TableDiff(
            before.Profile.Rows, after.Profile.Rows, changes.Added, changes.Removed, changes.Changed, key, by.IsGuessed,
            key.Count == 0 ? 0 : changes.Repeated, ColumnsOf(before.Profile, after.Profile, changes), changes.ToList(out var isCut), isCut);
    }

    /// <param name="isUnique">Whether no two rows of a side have the same key.</param>
    private Error? MatchRows(
        TableSide before, TableSide after, IReadOnlyList<string> key, List<string> cells, bool isUnique, RowChanges changes)
    {
        using var old = new RowCursor(before, key, cells, cancellation);
        using var current = new RowCursor(after, key, cells, cancellation);
        var (hasOld, hasNew) = (old.MoveNext(), current.MoveNext());
        // Tables whose rows were worked on, and stand where they stood, need no more than this.
        while (isUnique && hasOld && hasNew && old.Key.SequenceEqual(current.Key))
        {
            changes.Pair(old.Key, old.Cells, current.Cells, old.Row, current.Row);
            (hasOld, hasNew) = (old.MoveNext(), current.MoveNext());
        }

        // In memory a row takes about its length in the file and an entry; short rows are mostly entry.
        var expected = hasOld || hasNew ? Room(before) + Room(after) : 0;
        if (expected <= options.TableMemoryBytesMax)
        {
            var matcher = new RowMatcher(changes);
            for (; hasOld; hasOld = old.MoveNext()) matcher.AddOld(old.Key, old.Cells, old.Row);
            for (; hasNew; hasNew = current.MoveNext()) matcher.AddNew(current.Key, current.Cells, current.Row);
            matcher.End();
            return null;
        }

        using var parts = new RowPartitions(changes, options.TableMemoryBytesMax, expected);
        for (; hasOld; hasOld = old.MoveNext()) parts.Add(isOld: true, old.Key, old.Cells, old.Row);
        for (; hasNew; hasNew = current.MoveNext()) parts.Add(isOld: false, current.Key, current.Cells, current.Row);
        return parts.Match(cancellation);
    }

    private static long Room(TableSide side) => side.Runs.Sum(run => run == RowRun.Everything
        ? side.Content.SizeBytes + RowBytes * side.Profile.Rows
        : run.LengthBytes + RowBytes * run.Rows);

    private static List<ColumnDiff> ColumnsOf(TableProfile before, TableProfile after, RowChanges changes)
    {
        var columns = new List<ColumnDiff>();
        var old = before.Columns.ToDictionary(static column => column.Name, StringComparer.Ordinal);
        foreach (var column in after.Columns)
        {
            old.Remove(column.Name, out var was);
            columns.Add(new ColumnDiff(
                column.Name, was?.ToFacts(before.Rows, before.IsJson), column.ToFacts(after.Rows, after.IsJson),
                changes.ChangedCellsOf(column.Name)));
        }

        foreach (var column in before.Columns)
            if (old.ContainsKey(column.Name))
                columns.Add(new ColumnDiff(column.Name, column.ToFacts(before.Rows, before.IsJson), null, 0));
        return columns;
    }
}
