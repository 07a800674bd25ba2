using System.Globalization;
using Weighhouse.Versioning;

namespace Weighhouse.Tests.Versioning.Content.Merging;

public sealed class TableMergeTests(ITestOutputHelper output)
{
    private const string Table = "labels.csv";

    [Fact]
    public void Rows_with_a_key_are_merged_cell_by_cell()
    {
        using var house = new ContentHouse();

        var merged = house.Merge(
            Table, "id,label,score\r\n1,cat,0.5\r\n2,dog,0.2\r\n3,fox,0.1\r\n",
            "id,label,score\r\n1,cat,0.9\r\n2,dog,0.2\r\n3,fox,0.1\r\n9,owl,1\r\n",
            "id,label,score\r\n1,\"lynx\",0.5\r\n5,\"a,b\",7\r\n3,fox,0.1\r\n7,bee,3\r\n");

        Assert.Equal("id,label,score\r\n1,lynx,0.9\r\n5,\"a,b\",7\r\n3,fox,0.1\r\n9,owl,1\r\n7,bee,3\r\n", merged);
    }

    [Fact]
    public void Cells_and_rows_that_both_changed_are_told()
    {
        using var house = new ContentHouse();

        var merged = house.Merge(
            Table, "id,a,b\n1,x,y\n2,x,y\n3,x,y\n", "id,a,b\n1,ours,y\n3,changed,y\n4,p,q\n", "id,a,b\n1,theirs,z\n2,x,changed\n4,p,r\n");

        Assert.Equal(
            [
                "row id=1, column a: x > ours | theirs", "row id=2, the row: the row as it was >  | changed",
                "row id=3, the row: the row as it was > changed | ", "row id=4, column b:  > q | r",
            ],
            merged.Split('\n').Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Columns_are_merged_by_name()
    {
        using var house = new ContentHouse();

        Assert.Equal(
            "id,split,a,note\n1,train,x,good\n2,test,y,\n3,test,new,\n",
            house.Merge(Table, "id,a\n1,x\n2,y\n", "id,split,a\n1,train,x\n2,test,y\n3,test,new\n", "a,id,note\nx,1,good\ny,2,\n"));
        Assert.Equal("id,b\n1,2\n", house.Merge(Table, "id,a,b\n1,x,1\n", "id,b\n1,1\n", "id,a,b\n1,x,2\n"));
        Assert.Equal(
            "row id=1, column a, which the other side dropped: x >  | changed",
            house.Merge(Table, "id,a,b\n1,x,1\n", "id,b\n1,1\n", "id,a,b\n1,changed,2\n"));
    }

    [Fact]
    public void A_key_can_be_given_and_must_tell_rows_apart()
    {
        using var house = new ContentHouse();
        var (old, ours, theirs) = ("k,v,w\n1,a,a\n2,a,a\n", "k,v,w\n1,b,a\n2,a,a\n", "k,v,w\n1,a,c\n2,a,a\n");

        Assert.Equal("k,v,w\n1,b,c\n2,a,a\n", house.Merge(Table, old, ours, theirs, new MergeStrategy { Key = ["k"] }));
        Assert.StartsWith("key v:", house.Merge(Table, old, ours, theirs, new MergeStrategy { Key = ["v"] }), StringComparison.Ordinal);
        // Without a key both took out a row and put one in: nobody can tell whether it is the same.
        Assert.StartsWith("row ", house.Merge(Table, old, ours, theirs), StringComparison.Ordinal);
    }

    [Fact]
    public void Bags_take_what_either_side_added_and_leave_what_either_took_out()
    {
        using var house = new ContentHouse();

        Assert.Equal("x,y\n9,9\n1,1\n3,3\n5,5\n4,4\n", house.Merge(
            Table, "x,y\n1,1\n2,2\n3,3\n", "x,y\n1,1\n3,3\n4,4\n", "x,y\n9,9\n1,1\n2,2\n3,3\n5,5\n4,4\n"));
        Assert.Equal("{\"x\":1}\n{\"x\":3}\n{\"x\":2}\n", house.Merge(
            "a.jsonl", "{\"x\":1}\n", "{\"x\":1}\n{\"x\":2}", "{\"x\":1}\n{\"x\":3}"));
    }

    [Fact]
    public void Lines_of_json_are_merged_by_key()
    {
        using var house = new ContentHouse();

        Assert.Equal(
            "{\"id\":1,\"text\":\"ça \\\"va\\\"\",\"tags\":[1,2]}\n{ \"id\": 2 }\n",
            house.Merge(
                "a.jsonl", "{\"id\": 1, \"text\": \"a\", \"tags\": null}\n{ \"id\": 2 }\n",
                "{\"id\": 1, \"text\": \"ça \\\"va\\\"\", \"tags\": null}\n{ \"id\": 2 }\n",
                "{\"id\": 1, \"text\": \"a\", \"tags\": [1, 2]}\n{ \"id\": 2 }\n"));
    }

    [Fact]
    public void Random_merges_keep_the_laws()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var house = new ContentHouse();
        for (var round = 0; round < 60; round++)
        {
            var old = Rows(random.Next(20));
            var (ours, theirs) = (Changed(old), Changed(old));
            var (text, mine, other) = (Csv(old), Csv(ours), Csv(theirs));
            if (text == mine || text == other || mine == other) continue;

            var merged = house.Merge(Table, text, mine, other);

            Assert.Equal(Sorted(mine), Sorted(house.Merge(Table, text, mine, text)));
            Assert.Equal(Sorted(other), Sorted(house.Merge(Table, text, text, other)));
            Assert.Equal(Sorted(mine), Sorted(house.Merge(Table, text, mine, mine)));
            var expected = Expected(old, ours, theirs);
            if (expected is null) Assert.Contains("row id=", merged, StringComparison.Ordinal);
            else
            {
                Assert.Equal(Sorted(Csv(expected)), Sorted(merged));
                Assert.Equal(Sorted(merged), Sorted(house.Merge(Table, text, other, mine)));
            }
        }

        Dictionary<string, string[]> Rows(int count) => Enumerable.Range(0, count).ToDictionary(
            i => i.ToString(CultureInfo.InvariantCulture), _ => Cells());
        string[] Cells() => [$"{random.Next(3)}", $"{random.Next(3)}"];
        Dictionary<string, string[]> Changed(Dictionary<string, string[]> rows)
        {
            var changed = rows.Where(_ => random.Next(8) > 0).ToDictionary(
                row => row.Key, row => random.Next(5) == 0 ? Cells() : row.Value);
            for (var i = random.Next(3); i > 0; i--) changed[$"{random.Next(100, 140)}"] = Cells();
            return changed;
        }
    }

    /// <summary>The merge by its definition; null when the sides disagree.</summary>
    private static Dictionary<string, string[]>? Expected(
        Dictionary<string, string[]> old, Dictionary<string, string[]> ours, Dictionary<string, string[]> theirs)
    {
        var merged = new Dictionary<string, string[]>();
        foreach (var key in ours.Keys.Union(theirs.Keys))
        {
            var (was, mine, other) = (old.GetValueOrDefault(key), ours.GetValueOrDefault(key), theirs.GetValueOrDefault(key));
            if (mine is null || other is null)
            {
                var kept = (mine ?? other)!;
                if (was is null) merged[key] = kept;
                else if (!was.SequenceEqual(kept)) return null;
                continue;
            }

            merged[key] = new string[2];
            for (var i = 0; i < 2; i++)
            {
                if (mine[i] != other[i] && mine[i] != was?[i] && other[i] != was?[i]) return null;
                merged[key][i] = mine[i] == other[i] || other[i] == was?[i] ? mine[i] : other[i];
            }
        }

        return merged;
    }

    private static string Csv(Dictionary<string, string[]> rows) =>
        "id,a,b\n" + string.Concat(rows.Select(row => $"{row.Key},{string.Join(',', row.Value)}\n"));

    private static string Sorted(string text) => string.Join('\n', text.Split('\n').Order(StringComparer.Ordinal));
}
