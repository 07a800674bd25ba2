using System.Globalization;
using System.Text;
using System.Text.Json;
using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Tests.Versioning.Content.Tables;

public sealed class TableDiffTests(ITestOutputHelper output)
{
    [Fact]
    public void Rows_are_matched_by_a_key_that_is_found()
    {
        using var house = new ContentHouse();

        var table = house.Diff(
            "labels/train.csv", "id,label,score\n1,cat,0.5\n2,dog,0.25\n3,cat,1\n",
            "id,score,label\n3,1,cat\n2,0.25,wolf\n4,2,fox\n").Table!;

        Assert.Equal((3L, 3L, 1L, 1L, 1L), (table.OldRows, table.NewRows, table.AddedRows, table.RemovedRows, table.ChangedRows));
        Assert.Equal(["id"], table.Key);
        Assert.True(table.IsKeyGuessed);
        Assert.Equal(
            [
                "Removed 1 1- id=1> score=0.5> label=cat>", "Changed 2 2-2 label=dog>wolf", "Added 4 -3 id=>4 score=>2 label=>fox",
            ],
            table.Changes.Select(Text));
        Assert.Equal([("id", 0L), ("score", 0L), ("label", 1L)], table.Columns.Select(column => (column.Name, column.ChangedCells)));
        Assert.Equal(
            (ColumnType.Number, 1.0833333333333333, 1.0, 2.0),
            (table.Columns[1].New!.Type, table.Columns[1].New!.Numbers!.Mean, table.Columns[1].New!.Numbers!.Median,
                table.Columns[1].New!.Numbers!.Max));
    }

    [Fact]
    public void Without_a_key_rows_are_a_bag()
    {
        using var house = new ContentHouse();

        var table = house.Diff("a.csv", "x,y\n1,a\n1,a\n2,b\n", "x,y\n2,b\n1,a\n3,c\n").Table!;

        Assert.Equal((1L, 1L, 0L), (table.AddedRows, table.RemovedRows, table.ChangedRows));
        Assert.Empty(table.Key);
        Assert.Equal(["Removed  2- x=1> y=a>", "Added  -3 x=>3 y=>c"], table.Changes.Select(Text));
    }

    [Fact]
    public void A_key_that_repeats_is_not_taken_by_itself()
    {
        using var house = new ContentHouse();

        var guessed = house.Diff("a.csv", "id,y\n1,a\n1,b\n", "id,y\n1,a\n2,b\n").Table!;
        var given = house.Diff("a.csv", "id,y\n1,a\n1,b\n", "id,y\n1,a\n2,b\n", new ContentDiffDepth(Key: ["id"])).Table!;

        Assert.Equal((0, 0L), (guessed.Key.Count, guessed.RepeatedKeys));
        Assert.Equal((1L, 1L, 1L, 0L), (given.RepeatedKeys, given.AddedRows, given.RemovedRows, given.ChangedRows));
        var wrong = new Weighhouse.Versioning.Content.ContentDiffer(house.Options).Compare(
            house.Side("a.csv", "id\n1\n"), house.Side("a.csv", "id\n2\n"), new ContentDiffDepth(Key: ["no"]), default);
        Assert.Equal((ErrorCode.InvalidArgument, "key"), (wrong.Error!.Code, wrong.Error.Field));
    }

    [Fact]
    public void A_new_column_is_told_once_and_not_in_every_row()
    {
        using var house = new ContentHouse();

        var table = house.Diff("a.tsv", "id\told\n1\tx\n2\ty\n", "id\tnew\n1\t\n2\t7\n").Table!;

        Assert.Equal((0L, 0L, 0L), (table.AddedRows, table.RemovedRows, table.ChangedRows));
        Assert.Equal(
            [("id", true, true), ("new", false, true), ("old", true, false)],
            table.Columns.Select(column => (column.Name, column.Old is not null, column.New is not null)));
        Assert.Equal((1L, ColumnType.Integer), (table.Columns[1].New!.NullCount, table.Columns[1].New!.Type));
    }

    [Fact]
    public void Lines_of_json_keep_the_kind_of_their_values()
    {
        using var house = new ContentHouse();

        var table = house.Diff(
            "a.jsonl", """
                       {"id": 1, "tags": ["a", "b"], "text": "caf\u00e9"}
                       {"id": 2, "tags": null}
                       """,
            """
            {"text": "café", "id": 1, "tags":["a","b"]}

            {"id": 2, "tags": "null", "more": true}
            """).Table!;

        Assert.Equal(["Changed 2 2-2 tags=null>\"null\""], table.Changes.Select(Text));
        Assert.Equal(
            [("text", ColumnType.Text), ("id", ColumnType.Integer), ("tags", ColumnType.Mixed), ("more", ColumnType.Boolean)],
            table.Columns.Select(column => (column.Name, column.New!.Type)));
    }

    [Theory]
    [InlineData("a.jsonl", "{\"a\":1}\n{\"a\":", "Line 2 is not JSON")]
    [InlineData("a.jsonl", "{\"a\":1} {\"a\":2}", "Line 1")]
    [InlineData("a.csv", "a,b\n1,2\n1,2,3\n", "Line 3 has 3 cells")]
    public void What_is_no_table_is_compared_as_text(string path, string content, string why)
    {
        using var house = new ContentHouse();

        var diff = house.Diff(path, "{\"a\":0}\n", content);

        Assert.Equal(ContentKind.Text, diff.Kind);
        Assert.Contains(why, diff.Note, StringComparison.Ordinal);
        Assert.NotEmpty(diff.Text!.Hunks);
    }

    [Theory]
    [InlineData(64 << 20)]
    [InlineData(2_000)]
    public void Random_tables_differ_as_a_patient_reader_says(int memoryBytes)
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var house = new ContentHouse(new VersioningOptions { TableMemoryBytesMax = memoryBytes });
        for (var round = 0; round < 40; round++)
        {
            var old = Rows(random, random.Next(60));
            var current = old.Where(_ => random.Next(5) > 0).Select(row => random.Next(4) > 0 ? row : Cells(random, row[0])).ToList();
            current.AddRange(Rows(random, random.Next(6), from: 1_000));
            var before = current.ToArray();
            random.Shuffle(before);
            var asJson = random.Next(3) == 0;
            var (path, write) = asJson ? ("t.jsonl", (Func<IEnumerable<string[]>, string>)Json) : ("t.csv", Csv);

            var keyed = house.Diff(path, write(old), write(before), new ContentDiffDepth(Key: ["k"]));
            var bag = house.Diff(path, write(old), write(before), new ContentDiffDepth(Key: []));

            var (left, right) = (old.ToDictionary(row => row[0]), before.ToDictionary(row => row[0]));
            var changed = left.Keys.Intersect(right.Keys).Where(key => !left[key].SequenceEqual(right[key])).ToList();
            if (keyed.IsSame) continue;
            Assert.Equal(
                (right.Keys.Except(left.Keys).LongCount(), left.Keys.Except(right.Keys).LongCount(), (long)changed.Count, 0L),
                (keyed.Table!.AddedRows, keyed.Table.RemovedRows, keyed.Table.ChangedRows, keyed.Table.RepeatedKeys));
            Assert.Equal(
                changed.Sum(key => left[key].Zip(right[key]).Count(pair => pair.First != pair.Second)),
                keyed.Table.Changes.Where(change => change.Kind == RowChangeKind.Changed).Sum(change => change.Cells.Count));
            Assert.Equal(
                keyed.Table.Changes.Where(change => change.Kind == RowChangeKind.Changed).Sum(change => change.Cells.Count),
                keyed.Table.Columns.Sum(column => column.ChangedCells));
            Assert.Equal((changed.Count, changed.Count), (
                (int)(bag.Table!.AddedRows - keyed.Table.AddedRows), (int)(bag.Table.RemovedRows - keyed.Table.RemovedRows)));
        }
    }

    [Fact]
    public void Bags_with_many_like_rows_are_counted_exactly()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var house = new ContentHouse(new VersioningOptions { TableMemoryBytesMax = 20_000 });
        var old = Enumerable.Range(0, 30_000).Select(_ => random.Next(9)).ToArray();
        var current = Enumerable.Range(0, 20_000).Select(_ => random.Next(12)).ToArray();

        var table = house.Diff("n.csv", "n\n" + string.Join('\n', old), "n\n" + string.Join('\n', current)).Table!;

        var counts = Enumerable.Range(0, 12).Select(
            n => current.LongCount(value => value == n) - old.LongCount(value => value == n)).ToList();
        Assert.Equal(
            (counts.Where(count => count > 0).Sum(), -counts.Where(count => count < 0).Sum()), (table.AddedRows, table.RemovedRows));
        Assert.True(table.IsCut);
        Assert.Equal(house.Options.DetailsMax, table.Changes.Count);
    }

    [Fact]
    public void A_key_of_which_all_rows_have_the_same_is_refused_when_it_would_take_all_memory()
    {
        using var house = new ContentHouse(new VersioningOptions { TableMemoryBytesMax = 1 << 20 });
        var text = "k,v\n" + string.Concat(Enumerable.Range(0, 200_000).Select(i => $"same,{i}\n"));

        var refused = new Weighhouse.Versioning.Content.ContentDiffer(house.Options).Compare(
            house.Side("a.csv", text), house.Side("a.csv", text + "x,1\n"), new ContentDiffDepth(Key: ["k"]), default);

        Assert.Equal((ErrorCode.LimitExceeded, "key"), (refused.Error!.Code, refused.Error.Field));
    }

    private static string Text(RowChange change) => $"{change.Kind} {string.Join(',', change.Key)} {change.OldRow}-{change.NewRow} "
        + string.Join(' ', change.Cells.Select(cell => $"{cell.Column}={cell.Old}>{cell.New}"));

    private static List<string[]> Rows(Random random, int count, int from = 0) =>
        [.. Enumerable.Range(from, count).Select(i => Cells(random, i.ToString(CultureInfo.InvariantCulture)))];

    private static string[] Cells(Random random, string key) =>
        [key, .. Enumerable.Range(0, 3).Select(_ => random.Next(6) switch
        {
            0 => "", 1 => "a,b", 2 => "he said \"no\"", 3 => "two\nlines", 4 => "数据", _ => $"{random.Next(100)}",
        })];

    private static string Csv(IEnumerable<string[]> rows) => string.Concat(
        rows.Prepend(["k", "a", "b", "c"]).Select(row => string.Join(',', row.Select(Quoted)) + "\r\n"));

    private static string Quoted(string cell) => cell.AsSpan().IndexOfAny(",\"\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"")}\"";

    private static string Json(IEnumerable<string[]> rows)
    {
        var text = new StringBuilder();
        foreach (var row in rows)
            text.Append(JsonSerializer.Serialize(new { k = row[0], a = row[1], b = row[2], c = row[3] })).Append('\n');
        return text.ToString();
    }
}
