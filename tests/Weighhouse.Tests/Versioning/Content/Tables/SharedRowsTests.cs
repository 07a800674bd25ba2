using System.Globalization;
using System.Text;
using Weighhouse.Versioning;
using Weighhouse.Versioning.Content;

namespace Weighhouse.Tests.Versioning.Content.Tables;

/// <summary>Rows in shared parts of two files are read once: what comes of it is what reading everything says.</summary>
public sealed class SharedRowsTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("t.csv", 64 << 20)]
    [InlineData("t.csv", 40_000)]
    [InlineData("t.jsonl", 64 << 20)]
    [InlineData("none.csv", 64 << 20)]
    public void A_comparison_is_the_same_whether_or_not_anything_is_known_to_be_shared(string path, int memoryBytes)
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var house = new ContentHouse(new VersioningOptions { TableMemoryBytesMax = memoryBytes });
        var shared = 0;
        for (var round = 0; round < 12; round++)
        {
            var rows = Enumerable.Range(0, random.Next(2_000, 9_000)).Select(i => Row(random, i)).ToList();
            var changed = Change(random, rows);
            if (random.Next(4) == 0) rows.Insert(random.Next(rows.Count), rows[random.Next(rows.Count)]);
            var (old, current) = (Write(path, rows, "\n"), Write(path, changed, random.Next(3) == 0 ? "\n\n" : "\n"));
            if (old == current) continue;
            foreach (var key in new[] { null, new[] { "id" }, [], new[] { "group", "id" } })
            {
                if (path == "none.csv" && key is { Length: > 0 }) continue;
                var depth = new ContentDiffDepth(Key: key, ChangesMax: 500);

                var cut = house.Diff(house.Side(path, old), house.Side(path, current), depth);
                var loose = house.Diff(
                    new ContentSide(house.Loose(Bytes(old)), path), new ContentSide(house.Loose(Bytes(current)), path), depth);

                if (Weighhouse.Versioning.Content.Files.SharedRanges.Of(
                    house.Content(Bytes(old)).Chunks, house.Content(Bytes(current)).Chunks).Count > 0) shared++;
                Assert.Equal(Counts(loose.Table!), Counts(cut.Table!));
                if (loose.Table!.Key.Count > 0) Assert.Equal(loose.Table.Changes.Select(Text), cut.Table!.Changes.Select(Text));
                Assert.Equal(loose.Table.Columns.Select(Facts), cut.Table!.Columns.Select(Facts));
            }
        }

        Assert.True(shared > 0, "No two of the tables shared a part: the test has shown nothing.");
    }

    [Fact]
    public void A_table_too_wide_in_a_shared_part_is_text_on_either_path()
    {
        using var house = new ContentHouse();
        var rows = string.Concat(Enumerable.Range(0, 4_000).Select(i => $"{i},{i * 7919 % 10_007}\n"));
        var (old, current) = ("id,v\n" + rows + "1,2,3\n" + rows, "id,v\n-1,0\n" + rows + "1,2,3\n" + rows);

        var diff = house.Diff("a.csv", old, current);

        Assert.Equal((ContentKind.Text, 1L), (diff.Kind, diff.Text!.AddedLines));
        Assert.Contains("has 3 cells", diff.Note, StringComparison.Ordinal);
    }

    private static List<string[]> Change(Random random, List<string[]> rows)
    {
        var changed = rows.ToList();
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            var at = random.Next(changed.Count);
            switch (random.Next(4))
            {
                case 0: changed.RemoveRange(at, Math.Min(random.Next(40), changed.Count - at)); break;
                case 1: changed[at] = [changed[at][0], "other", "1e3"]; break;
                case 2:
                    changed.InsertRange(at, Enumerable.Range(0, random.Next(30)).Select(n => Row(random, 100_000 + (i * 100) + n)));
                    break;
                default: (changed[at], changed[0]) = (changed[0], changed[at]); break;
            }
        }

        return changed;
    }

    private static string[] Row(Random random, int id) =>
    [
        id.ToString(CultureInfo.InvariantCulture),
        random.Next(12) switch { 0 => "two\nlines", 1 => "say \"no\"", 2 => "", 3 => "a,b", 4 => "\r", _ => $"g{random.Next(5)}" },
        (random.NextDouble() * 1000).ToString(random.Next(2) == 0 ? "F2" : "R", CultureInfo.InvariantCulture),
    ];

    private static string Write(string path, List<string[]> rows, string firstEnd)
    {
        var text = new StringBuilder();
        if (path == "t.csv") text.Append("id,group,value").Append(firstEnd);
        foreach (var row in rows)
        {
            text.Append(path == "t.jsonl"
                ? System.Text.Json.JsonSerializer.Serialize(new { id = row[0], group = row[1], value = row[2] })
                : $"{row[0]},{Quoted(path == "none.csv" ? "7" : row[1])},{row[2]}");
            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Quoted(string cell) => cell.AsSpan().IndexOfAny(",\"\n\r") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"")}\"";

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static object Counts(TableDiff table) => (
        table.OldRows, table.NewRows, table.AddedRows, table.RemovedRows, table.ChangedRows, string.Join(',', table.Key),
        table.IsKeyGuessed, table.RepeatedKeys, table.IsCut);

    private static string Text(RowChange change) => $"{change.Kind} {string.Join(',', change.Key)} {change.OldRow}-{change.NewRow} "
        + string.Join(' ', change.Cells.Select(cell => $"{cell.Column}={cell.Old}>{cell.New}"));

    /// <summary>Sums are added in another order, so that their last digits differ.</summary>
    private static string Facts(ColumnDiff column) => $"{column.Name} {column.ChangedCells} {Facts(column.Old)} {Facts(column.New)}";

    private static string Facts(ColumnFacts? facts)
    {
        if (facts is null) return "none";
        var told = $"{facts.Type} {facts.Count} {facts.NullCount} {facts.DistinctCount}";
        return facts.Numbers is not { } numbers ? told : string.Create(
            CultureInfo.InvariantCulture,
            $"{told} {numbers.Mean:G9} {numbers.StandardDeviation:G9} {numbers.Min} {numbers.Max} "
            + $"{numbers.LowerQuartile:G12} {numbers.Median:G12} {numbers.UpperQuartile:G12}");
    }
}
