using System.Text;
using System.Text.Json;
using Weighhouse.Versioning;

namespace Weighhouse.Tests.Versioning.Content.Merging;

public sealed class TextMergeTests(ITestOutputHelper output)
{
    [Fact]
    public void Text_is_merged_by_line()
    {
        using var house = new ContentHouse();
        const string Old = "a\nb\nc\nd\ne\nf\n";

        Assert.Equal("A\nb\nc\nd\ne\nx\ny\nf\n", house.Merge("a.md", Old, "A\nb\nc\nd\ne\nf\n", "a\nb\nc\nd\ne\nx\ny\nf\n"));
        Assert.Equal("a\nb\nc\nf\n", house.Merge("a.md", Old, "a\nb\nc\nf\n", "a\nb\nc\nf\n"));
        // Lines beside each other are one thought; the people who wrote them decide.
        Assert.Equal("lines 1 to 2: a\nb\n > A\nb\n | a\nB\n", house.Merge("a.md", Old, "A\nb\nc\nd\ne\nf\n", "a\nB\nc\nd\ne\nf\n"));
        Assert.Equal("line 7:  > ours\n | theirs\n", house.Merge("a.md", Old, Old + "ours\n", Old + "theirs\n"));
    }

    [Fact]
    public void Random_merges_of_lines_keep_the_laws()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var house = new ContentHouse();
        var clean = 0;
        for (var round = 0; round < 150; round++)
        {
            var old = Enumerable.Range(0, 40).Select(i => $"line {i % 13}").ToList();
            var (ours, theirs) = (Changed(old, 0, 18), Changed(old, 22, 40));
            var (text, mine, other) = (Join(old), Join(ours), Join(theirs));

            Assert.Equal(mine, house.Merge("a.txt", text, mine, text));
            Assert.Equal(other, house.Merge("a.txt", text, text, other));
            Assert.Equal(mine, house.Merge("a.txt", text, mine, mine));
            var merged = house.Merge("a.txt", text, mine, other);
            Assert.Equal(merged.StartsWith("line", StringComparison.Ordinal) && merged.Contains(" > ", StringComparison.Ordinal),
                house.Merge("a.txt", text, other, mine).Contains(" > ", StringComparison.Ordinal));
            if (merged.Contains(" > ", StringComparison.Ordinal)) continue;
            clean++;
            Assert.Equal(merged, house.Merge("a.txt", text, other, mine));
            // Each side changed its half, and nothing of either is lost.
            Assert.Equal(Join([.. ours[..(ours.Count - 22)], .. theirs[18..]]), merged);
        }

        Assert.InRange(clean, 100, 150);

        List<string> Changed(List<string> lines, int from, int to)
        {
            var changed = lines.ToList();
            for (var i = random.Next(1, 4); i > 0; i--) changed[random.Next(from, to)] = $"changed {random.Next(5)} {from}";
            return changed;
        }
    }

    [Fact]
    public void Json_is_merged_by_key_and_keeps_its_look()
    {
        using var house = new ContentHouse();
        const string Old = "{\n  \"lr\": 0.1,\n  \"size\": [1, 2],\n  \"model\": { \"depth\": 3 }\n}\n";

        Assert.Equal(
            Old.Replace("0.1", "1e-3").Replace("[1, 2]", "[1, 3]"),
            house.Merge("a.json", Old, Old.Replace("0.1", "1e-3"), Old.Replace("[1, 2]", "[1, 3]")));
        Assert.Equal(
            "model.depth: 3 > 4 | 5\nseed:  > 1 | 2", house.Merge(
                "a.json", Old, "{\"lr\":0.1,\"size\":[1,2],\"model\":{\"depth\":4},\"seed\":1}",
                "{\"lr\":0.1,\"size\":[1,2],\"model\":{\"depth\":5},\"seed\":2}"));
        Assert.Equal(
            "{\n    \"a\": 1,\n    \"b\": 2,\n    \"c\": \"é\"\n}\n",
            house.Merge(
                "a.json", "{\n    \"a\": 1\n}\n", "{\n    \"a\": 1,\n    \"b\": 2\n}\n", "{\n    \"a\": 1,\n    \"c\": \"é\"\n}\n"));
    }

    [Fact]
    public void Yaml_is_merged_by_key_with_its_comments()
    {
        using var house = new ContentHouse();
        const string Old =
            "# training\nlr: 0.1\nepochs: 10 # a night\nmodel:\n  depth: 3\n  layers:\n  - 1\n  - 2\nname: |\n  two\n  # lines\nend: x\n";

        Assert.Equal(
            Old.Replace("0.1", "0.2").Replace("10 #", "20 #").Replace("depth: 3", "depth: 4").Replace("  - 2", "  - 2\n  - 3")
                .Replace("end: x\n", "end: x\nnew: 1\nother: 2\n"),
            house.Merge(
                "a.yaml", Old, Old.Replace("0.1", "0.2").Replace("depth: 3", "depth: 4") + "new: 1\n",
                Old.Replace("10 #", "20 #").Replace("  - 2", "  - 2\n  - 3") + "other: 2\n"));
        Assert.Equal(
            "lr: lr: 0.1 > lr: 1 | lr: 2\nmodel.depth:   depth: 3 >  |   depth: 9",
            house.Merge(
                "a.yml", Old, Old.Replace("0.1", "1").Replace("  depth: 3\n", ""),
                Old.Replace("0.1", "2").Replace("depth: 3", "depth: 9")));
        // What is no mapping of plain keys is merged by line.
        Assert.Equal("- a\n- b\n- c\n- D\n", house.Merge("a.yaml", "- x\n- b\n- c\n- d\n", "- a\n- b\n- c\n- d\n", "- x\n- b\n- c\n- D\n"));
    }

    [Fact]
    public void Random_json_is_merged_as_a_patient_reader_would()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var house = new ContentHouse();
        for (var round = 0; round < 100; round++)
        {
            var old = Enumerable.Range(0, random.Next(2, 9)).ToDictionary(i => $"k{i}", _ => random.Next(4));
            var (ours, theirs) = (Changed(old), Changed(old));
            var expected = new SortedDictionary<string, int>(StringComparer.Ordinal);
            var disagrees = false;
            foreach (var key in ours.Keys.Union(theirs.Keys))
            {
                int? was = Get(old, key), mine = Get(ours, key), other = Get(theirs, key);
                disagrees |= mine != other && was != mine && was != other;
                if ((mine == other || was == other ? mine : other) is { } kept) expected[key] = kept;
            }

            var options = new JsonSerializerOptions { WriteIndented = random.Next(2) == 0 };
            var path = random.Next(2) == 0 ? "a.json" : "a.yaml";
            var merged = path == "a.json"
                ? house.Merge(path, Json(old), Json(ours), Json(theirs))
                : house.Merge(path, Yaml(old), Yaml(ours), Yaml(theirs));

            Assert.Equal(disagrees, merged.Contains(" > ", StringComparison.Ordinal));
            if (disagrees) continue;
            var read = path == "a.json"
                ? JsonSerializer.Deserialize<Dictionary<string, int>>(merged.Length == 0 ? "{}" : merged)!
                : merged.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(": "))
                    .ToDictionary(parts => parts[0], parts => int.Parse(parts[1], null));
            Assert.Equal(expected, new SortedDictionary<string, int>(read, StringComparer.Ordinal));

            string Json(Dictionary<string, int> values) => JsonSerializer.Serialize(values, options);
        }

        static int? Get(Dictionary<string, int> values, string key) => values.TryGetValue(key, out var value) ? value : null;
        static string Yaml(Dictionary<string, int> values) => string.Concat(values.Select(pair => $"{pair.Key}: {pair.Value}\n"));
        Dictionary<string, int> Changed(Dictionary<string, int> values)
        {
            var changed = values.Where(pair => pair.Key == "k0" || random.Next(8) > 0).ToDictionary(
                pair => pair.Key, pair => random.Next(4) == 0 ? random.Next(4) : pair.Value);
            if (random.Next(2) == 0) changed[$"n{random.Next(3)}"] = random.Next(3);
            return changed;
        }
    }

    [Fact]
    public void Rubbish_is_survived()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var house = new ContentHouse();
        string[] pieces = ["a", "b: ", "\n", "  ", "- ", "#", "{", "}", "\"", ":", ",", "1", "\r\n", "&x", "*x", "|", "---\n", "\t", "é"];
        foreach (var path in new[] { "a.json", "a.yaml", "a.csv", "a.jsonl", "a.txt" })
        {
            for (var round = 0; round < 60; round++)
            {
                var (old, ours, theirs) = (Rubbish(), Rubbish(), Rubbish());
                Assert.NotNull(house.Merge(path, old, ours, theirs));
                // Rubbish that is a table of other columns than before is no bag that could be merged.
                if (path is not ("a.csv" or "a.jsonl")) Assert.Equal(ours, house.Merge(path, old, ours, ours));
            }
        }

        string Rubbish() => string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => pieces[random.Next(pieces.Length)]));
    }

    [Fact]
    public void Binary_content_and_whole_files_have_no_merge()
    {
        using var house = new ContentHouse(new VersioningOptions { MergeBytesMax = 100 });
        Assert.Null(house.Merge("a", [0, 1], [0, 2], [0, 3]).File);
        var large = Encoding.UTF8.GetBytes(new string('x', 101));
        Assert.Null(house.Merge("a.txt", large, [.. large, .. "y"u8], [.. "y"u8, .. large]).File);
    }

    private static string Join(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));
}
