using System.Text;
using Weighhouse.Versioning;
using Weighhouse.Versioning.Content.Texts;

namespace Weighhouse.Tests.Versioning.Content.Texts;

public sealed class TextDiffTests(ITestOutputHelper output)
{
    [Fact]
    public void Lines_are_told_with_what_is_around_them()
    {
        using var house = new ContentHouse();
        var lines = Enumerable.Range(1, 30).Select(i => $"line {i}").ToList();
        var changed = new List<string>(lines) { [4] = "line five" };
        changed.RemoveAt(25);
        changed.Add("line 31");

        var text = house.Diff("notes.md", Join(lines), Join(changed)).Text!;

        Assert.Equal((30L, 30L, 2L, 2L, false, false), (
            text.OldLines, text.NewLines, text.AddedLines, text.RemovedLines, text.IsCut, text.IsRough));
        Assert.Equal([(2L, 7L, 2L, 7L), (23L, 8L, 23L, 8L)], text.Hunks.Select(hunk => (
            hunk.OldStart, hunk.OldCount, hunk.NewStart, hunk.NewCount)));
        Assert.Equal(
            [" line 2", " line 3", " line 4", "-line 5", "+line five", " line 6", " line 7", " line 8"],
            text.Hunks[0].Lines.Select(Show));
    }

    [Fact]
    public void The_shortest_way_is_found_and_leads_there()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var (old, current) = (Numbers(), Numbers());

            var (changes, isRough) = LineMatcher.Match(old, current);

            Assert.False(isRough);
            Assert.Equal(current, Apply(old, current, changes));
            var cost = changes.Sum(change => change.OldTo - change.OldFrom + change.NewTo - change.NewFrom);
            Assert.Equal(old.Length + current.Length - 2 * LongestCommon(old, current), cost);
        }

        int[] Numbers() => [.. Enumerable.Range(0, random.Next(40)).Select(_ => random.Next(random.Next(1, 8)))];
    }

    [Fact]
    public void Texts_that_differ_in_everything_are_compared_in_bounded_time()
    {
        var random = new Random(3);
        int[] old = [.. Enumerable.Range(0, 60_000).Select(_ => random.Next(2_000))];
        int[] current = [.. Enumerable.Range(0, 60_000).Select(_ => random.Next(2_000))];

        var (changes, isRough) = LineMatcher.Match(old, current);

        Assert.True(isRough);
        Assert.Equal(current, Apply(old, current, changes));
    }

    [Fact]
    public void Only_so_many_lines_are_told_and_all_are_counted()
    {
        using var house = new ContentHouse();
        var (old, current) = (Join(Enumerable.Range(0, 500).Select(i => $"a{i}")), Join(Enumerable.Range(0, 400).Select(i => $"b{i}")));

        var text = house.Diff("a.txt", old, current, new ContentDiffDepth(ChangesMax: 10)).Text!;

        Assert.Equal((500L, 400L, true, 10), (text.RemovedLines, text.AddedLines, text.IsCut, text.Hunks.Sum(hunk => hunk.Lines.Count)));
        Assert.Equal("a" + new string('x', 1_999), house.Diff("a.txt", "", "a" + new string('x', 9_999)).Text!.Hunks[0].Lines[0].Text);
    }

    [Fact]
    public void Content_of_another_kind_and_large_text_are_told_by_size()
    {
        using var house = new ContentHouse(new VersioningOptions { TextBytesMax = 1_000 });
        Assert.Contains("the limit is 1000", house.Diff("a.txt", "", new string('x', 1_001)).Note, StringComparison.Ordinal);
        var other = house.Diff("a", [0, 1, 2], Encoding.UTF8.GetBytes("text"));
        Assert.Equal((ContentKind.Binary, "It was binary and is text: only sizes can be compared."), (other.Kind, other.Note));
        Assert.Equal(("binary", 3L, 4L), (house.Diff("a", [0], [0, 1, 2, 3]).Old!.Format, other.Old!.SizeBytes, other.New!.SizeBytes));
        Assert.Equal(ContentKind.Text, house.Diff("a.txt", "", "x").Kind);
    }

    private static int[] Apply(int[] old, int[] current, List<LineChange> changes)
    {
        var (result, at) = (new List<int>(), 0);
        foreach (var change in changes)
        {
            result.AddRange(old[at..change.OldFrom]);
            result.AddRange(current[change.NewFrom..change.NewTo]);
            at = change.OldTo;
        }

        return [.. result, .. old[at..]];
    }

    private static int LongestCommon(int[] one, int[] other)
    {
        var lengths = new int[one.Length + 1, other.Length + 1];
        for (var i = 1; i <= one.Length; i++)
            for (var j = 1; j <= other.Length; j++)
                lengths[i, j] = one[i - 1] == other[j - 1]
                    ? lengths[i - 1, j - 1] + 1
                    : Math.Max(lengths[i - 1, j], lengths[i, j - 1]);
        return lengths[one.Length, other.Length];
    }

    private static string Join(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));

    private static string Show(TextLine line) =>
        (line.Kind switch { TextLineKind.Same => " ", TextLineKind.Removed => "-", _ => "+" }) + line.Text;
}
