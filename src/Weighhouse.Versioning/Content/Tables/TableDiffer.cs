using Weighhouse.Kernel;
using Weighhouse.Versioning.Content.Files;

namespace Weighhouse.Versioning.Content.Tables;

/// <summary>A side of a comparison of tables.</summary>
/// <param name="Format">csv, tsv or jsonl; null for a side that is not there.</param>
internal sealed record TableSide(FileContent Content, string? Format, TableProfile Profile);

/// <summary>
/// Compares two tables in two readings of each: the first tells what the columns hold, and from that the key; the second matches rows.
/// </summary>
internal sealed class TableDiffer(VersioningOptions options, CancellationToken cancellation)
{
    /// <summary>Columns that are called so name their rows where every row has a value of its own.</summary>
    public static readonly string[] KeyNames =
    [
        "id", "key", "uuid", "guid", "sample_id", "image_id", "row_id", "record_id", "example_id", "user_id", "item_id", "path", "file",
        "filename", "file_name", "filepath", "file_path", "image", "image_path", "url", "name",
    ];

    /// <summary>Why the content is no table, and cannot be compared as one; null when both sides are tables.</summary>
    public string? Problem { get; private set; }

    /// <summary>Null with <see cref="Problem"/> when a side is no table.</summary>
    public Result<TableDiff?> Compare(
        (FileContent Content, string? Format) old, (FileContent Content, string? Format) current, ContentDiffDepth depth)
    {
        var (before, after) = (Profile(old), Profile(current));
        Problem = before.Profile.Problem ?? after.Profile.Problem;
        if (Problem is not null) return (TableDiff?)null;
        var columns = ComparedColumns(before, after);
        if (depth.Key is { } given)
        {
            foreach (var name in given)
            {
                if (!columns.Contains(name))
                    return Error.Invalid($"The key names the column '{PlainText.Cut(name, 100)}', which both versions must have.", "key");
            }

            return Match(before, after, columns, given, isGuessed: false, depth).Map(static diff => (TableDiff?)diff);
        }

        var guess = GuessKey(before, after, columns);
        if (guess.Count > 0)
        {
            var matched = Match(before, after, columns, guess, isGuessed: true, depth);
            if (matched.IsFailure || matched.Value.RepeatedKeys == 0) return matched.Map(static diff => (TableDiff?)diff);
        }

        return Match(before, after, columns, [], isGuessed: false, depth).Map(static diff => (TableDiff?)diff);
    }

    private TableSide Profile((FileContent Content, string? Format) side) => new(
        side.Content, side.Format,
        side.Format is null ? TableProfile.Nothing : TableProfile.Of(side.Content, side.Format, long.MaxValue, cancellation));

    /// <summary>Those of both sides, in the order of the newer; all there are where the sides have none in common.</summary>
    private static List<string> ComparedColumns(TableSide before, TableSide after)
    {
        var (old, current) = (NamesOf(before), NamesOf(after));
        var known = old.ToHashSet(StringComparer.Ordinal);
        var common = current.Where(known.Contains).ToList();
        return common.Count > 0 ? common : [.. current.Union(old, StringComparer.Ordinal)];
    }

    private static IEnumerable<string> NamesOf(TableSide side) => side.Profile.Columns.Select(static column => column.Name);

    private static List<string> GuessKey(TableSide before, TableSide after, List<string> columns)
    {
        foreach (var name in KeyNames)
        {
            var column = columns.Find(column => column.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (column is not null && IsUnique(before, column) && IsUnique(after, column)) return [column];
        }

        return [];
    }

    private static bool IsUnique(TableSide side, string column) =>
        side.Format is null || side.Profile.Rows == 0
        || side.Profile.Columns.FirstOrDefault(profile => profile.Name == column)?.MayBeKey(side.Profile.Rows) == true;

    private Result<TableDiff> Match(
        TableSide before, TableSide after, List<string> columns, IReadOnlyList<string> key, bool isGuessed, ContentDiffDepth depth)
    {
        var cells = columns.Except(key, StringComparer.Ordinal).ToList();
        var changes = new RowChanges(key, cells, depth.ChangesMax ?? options.DetailsMax);
        if (MatchRows(before, after, key, cells, changes) is { } error) return error;
        return new TableDiff(
            before.Profile.Rows, after.Profile.Rows, changes.Added, changes.Removed, changes.Changed, key, isGuessed,
            key.Count == 0 ? 0 : changes.Repeated, ColumnsOf(before.Profile, after.Profile, changes), changes.ToList(out var isCut), isCut);
    }

    private Error? MatchRows(
        TableSide before, TableSide after, IReadOnlyList<string> key, List<string> cells, RowChanges changes)
    {
        // In memory a row takes about its length in the file and an entry; short rows are mostly entry.
        var expected = before.Content.SizeBytes + after.Content.SizeBytes + 100 * (before.Profile.Rows + after.Profile.Rows);
        if (expected <= options.TableMemoryBytesMax)
        {
            var matcher = new RowMatcher(changes);
            Feed(before, key, cells, matcher.AddOld);
            Feed(after, key, cells, matcher.AddNew);
            matcher.End();
            return null;
        }

        using var parts = new RowPartitions(changes, options.TableMemoryBytesMax, expected);
        Feed(before, key, cells, (name, row, number) => parts.Add(isOld: true, name, row, number));
        Feed(after, key, cells, (name, row, number) => parts.Add(isOld: false, name, row, number));
        return parts.Match(cancellation);
    }

    private delegate void RowSink(ReadOnlySpan<byte> key, ReadOnlySpan<byte> cells, long row);

    private void Feed(TableSide side, IReadOnlyList<string> key, List<string> cells, RowSink sink)
    {
        if (side.Format is null) return;
        using var reader = TableReader.Open(side.Content, side.Format);
        var (keys, rest) = (new RowCodec(key.Count > 0 ? key : cells), new RowCodec(key.Count > 0 ? cells : []));
        var (keyColumns, restColumns, known) = (keys.Locate(reader), rest.Locate(reader), reader.Columns.Count);
        while (reader.Read())
        {
            if ((reader.Row.Number & 0xFFF) == 0) cancellation.ThrowIfCancellationRequested();
            if (reader.Columns.Count != known)
                (keyColumns, restColumns, known) = (keys.Locate(reader), rest.Locate(reader), reader.Columns.Count);
            sink(keys.Encode(reader.Row, keyColumns), rest.Encode(reader.Row, restColumns), reader.Row.Number);
        }
    }

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
