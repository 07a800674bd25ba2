using System.Text;
using Weighhouse.Versioning;
using Weighhouse.Versioning.Content;
using Weighhouse.Versioning.Content.Tables;

namespace Weighhouse.Tests.Versioning.Content.Tables;

public sealed class TableReaderTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("a,b\n1,2\n", "a|b", "1|2")]
    [InlineData("a;b\r\n1,5;2\r\n", "a|b", "1,5|2")]
    [InlineData("\uFEFFa,b\n\n\"1\n2\",\"x \"\"y\"\"\"\n\n", "a|b", "1\n2|x \"y\"")]
    [InlineData("1,2\n3,4", "column 1|column 2", "1|2", "3|4")]
    [InlineData("a,a,\n1,,3\n", "a|a (2)|", "1||3")]
    [InlineData("a,b\n1\n", "a|b", "1")]
    [InlineData("a\n\"open", "a", "open")]
    [InlineData("a\rb\r", "a", "b")]
    public void Rows_are_read_as_people_write_them(string text, string columns, params string[] rows)
    {
        using var reader = new DelimitedReader(new MemoryStream(Encoding.UTF8.GetBytes(text)), null);
        var read = new List<string>();
        while (reader.Read())
            read.Add(string.Join('|', Enumerable.Range(0, reader.Row.Count).Select(i => Encoding.UTF8.GetString(reader.Row[i]))));

        Assert.Null(reader.Problem);
        Assert.Equal((columns, rows), (string.Join('|', reader.Columns), [.. read]), new Pairs());
    }

    [Fact]
    public void Statistics_of_a_long_column_are_as_near_as_promised()
    {
        var random = new Random(7);
        var values = Enumerable.Range(0, 50_000).Select(_ => Math.Exp(random.NextDouble() * 8) * (random.Next(4) == 0 ? -1 : 1)).ToArray();
        using var house = new ContentHouse();
        var side = house.Side("a.csv", "v,w\n" + string.Concat(values.Select((v, i) => $"{v:R},{i % 7_000}\n")));

        var columns = new ContentReader(house.Options).Describe(side, whole: true, default).Value.Table!.Columns;

        Array.Sort(values);
        var numbers = columns[0].Numbers!;
        foreach (var (share, told) in new[] { (0.25, numbers.LowerQuartile), (0.5, numbers.Median), (0.75, numbers.UpperQuartile) })
            Assert.InRange(told / values[(int)(share * (values.Length - 1))], 0.98, 1.02);
        Assert.Equal((values[0], values[^1]), (numbers.Min, numbers.Max));
        Assert.Equal(values.Average(), numbers.Mean, 1e-6);
        Assert.InRange(columns[1].DistinctCount / 7_000.0, 0.93, 1.07);
        Assert.Equal(50_000, columns[0].Count);
    }

    [Fact]
    public void A_schema_alone_reads_the_first_rows()
    {
        using var house = new ContentHouse();
        var side = house.Side("a.csv", "v\n" + string.Concat(Enumerable.Range(0, 5_000).Select(i => $"{i}\n")));

        var table = new ContentReader(house.Options).Describe(side, whole: false, default).Value.Table!;

        Assert.Equal((1_000L, true, ColumnType.Integer), (table.Rows, table.IsSampled, table.Columns[0].Type));
    }

    [Fact]
    public void Rubbish_is_survived()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var house = new ContentHouse(new VersioningOptions { TableMemoryBytesMax = 500 });
        var pieces = new[]
        {
            "\"", "\"\"", ",", "\n", "\r", "\r\n", "{", "}", ":", "[", "]", "1", "-", "e9", "null", "\0", "é", " ", "\\u00",
        };
        for (var round = 0; round < 400; round++)
        {
            var (one, other) = (Rubbish(), Rubbish());
            foreach (var path in new[] { "a.csv", "a.tsv", "a.jsonl" })
            {
                var diff = house.Diff(path, one, other);
                if (diff.Table is not { } table) continue;
                Assert.Equal(table.NewRows - table.OldRows, table.AddedRows - table.RemovedRows);
                Assert.Equal(0, table.AddedRows + table.RemovedRows + table.ChangedRows - (table.IsCut ? 0 : table.Changes.Count));
            }
        }

        string Rubbish() => string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => pieces[random.Next(pieces.Length)]));
    }

    [Fact]
    public void Wide_rows_and_endless_lines_are_refused_with_their_limit()
    {
        using var house = new ContentHouse();
        var wide = house.Diff("a.csv", "a", string.Join(',', Enumerable.Range(0, 5_000).Select(i => $"c{i}")));
        Assert.Contains("the limit is 2048", wide.Note, StringComparison.Ordinal);
        var endless = house.Diff("a.csv", "a", "a\n\"" + new string('x', 17 << 20));
        Assert.Contains("16777216 bytes", endless.Note, StringComparison.Ordinal);
        var deep = house.Diff("a.jsonl", "{}", string.Concat(Enumerable.Repeat("{\"a\":", 5_000)));
        Assert.Contains("is not JSON", deep.Note, StringComparison.Ordinal);
    }

    private sealed class Pairs : IEqualityComparer<(string, string[])>
    {
        public bool Equals((string, string[]) x, (string, string[]) y) => x.Item1 == y.Item1 && x.Item2.SequenceEqual(y.Item2);

        public int GetHashCode((string, string[]) obj) => obj.Item1.GetHashCode();
    }
}
