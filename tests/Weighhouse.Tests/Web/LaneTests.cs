using System.Text;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using Weighhouse.Web.Commits;

namespace Weighhouse.Tests.Web;

public class LaneTests(ITestOutputHelper output)
{
    [Fact]
    public void A_line_stays_in_its_lane()
    {
        var lanes = new Lanes(null);

        var rows = new[] { lanes.Add(Of(3, 2)), lanes.Add(Of(2, 1)), lanes.Add(Of(1)) };

        Assert.All(rows, row => Assert.Equal(0, row.Dot));
        Assert.Equal([new LaneLine(0, 0, LanePart.Out)], rows[0].Lines);
        Assert.Equal([new LaneLine(0, 0, LanePart.In), new LaneLine(0, 0, LanePart.Out)], rows[1].Lines);
        Assert.Equal([new LaneLine(0, 0, LanePart.In)], rows[2].Lines);
        Assert.Equal("", lanes.ToString());
    }

    [Fact]
    public void A_merge_turns_off_and_comes_back()
    {
        var lanes = new Lanes(null);

        var merge = lanes.Add(Of(5, 3, 4));
        var aside = lanes.Add(Of(4, 2));
        var main = lanes.Add(Of(3, 2));
        var root = lanes.Add(Of(2));

        Assert.Equal([new LaneLine(0, 0, LanePart.Out), new LaneLine(0, 1, LanePart.Out)], merge.Lines);
        Assert.Equal(1, aside.Dot);
        Assert.Contains(new LaneLine(0, 0, LanePart.Through), aside.Lines);
        // The parent is waited for in the lane that named it first.
        Assert.Contains(new LaneLine(0, 1, LanePart.Out), main.Lines);
        Assert.Equal(1, root.Dot);
        Assert.Equal("", lanes.ToString());
    }

    [Fact]
    public void The_next_page_goes_on_where_this_one_stopped()
    {
        NamedCommit[] history = [Of(6, 4, 5), Of(5, 3), Of(4, 2), Of(3, 1), Of(2, 1), Of(1)];
        var whole = new Lanes(null);
        var expected = history.Select(whole.Add).ToList();
        for (var cut = 1; cut < history.Length; cut++)
        {
            var first = new Lanes(null);
            var rows = history[..cut].Select(first.Add).ToList();
            var second = new Lanes(first.ToString());
            rows.AddRange(history[cut..].Select(second.Add));
            Assert.Equal(expected.Select(Told), rows.Select(Told));
        }
    }

    [Theory]
    [InlineData("<script>")]
    [InlineData("....")]
    [InlineData("zzzzzzzzzzzz.-.-")]
    public void Lanes_that_nobody_wrote_begin_anew(string text)
    {
        var lanes = new Lanes(text);

        Assert.Equal(0, lanes.Add(Of(1)).Dot);
    }

    [Fact]
    public void Every_random_history_has_a_line_from_each_child_to_each_parent()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 100; round++)
        {
            const int count = 40;
            var history = Enumerable.Range(1, count).Reverse().Select(number => Of(number, [.. Enumerable.Range(0, random.Next(1, 4))
                .Select(_ => random.Next(Math.Max(1, number - 6), number)).Where(parent => parent < number).Distinct()])).ToList();
            Follow(history);
        }
    }

    /// <summary>Follows each lane from row to row, and holds where it arrives against the commits' parents.</summary>
    private static void Follow(List<NamedCommit> history)
    {
        var lanes = new Lanes(null);
        var waiting = new Dictionary<int, List<Digest>>();
        foreach (var commit in history)
        {
            var row = lanes.Add(commit);
            var next = new Dictionary<int, List<Digest>>();
            foreach (var line in row.Lines)
            {
                if (line.Part is LanePart.Through) Add(next, line.To, waiting[line.From]);
                if (line.Part is LanePart.In) Assert.All(waiting[line.From], expected => Assert.Equal(commit.Id, expected));
            }

            var outs = row.Lines.Where(line => line.Part is LanePart.Out).ToList();
            Assert.Equal(commit.Commit.Parents.Count, outs.Count);
            for (var i = 0; i < outs.Count; i++) Add(next, outs[i].To, [commit.Commit.Parents[i]]);
            waiting = next;
        }

        Assert.Empty(waiting);

        static void Add(Dictionary<int, List<Digest>> lanes, int lane, List<Digest> ends)
        {
            if (lanes.TryGetValue(lane, out var there)) there.AddRange(ends);
            else lanes[lane] = [.. ends];
        }
    }

    private static string Told(LaneRow row)
    {
        var text = new StringBuilder().Append(row.Dot);
        foreach (var line in row.Lines) text.Append(' ').Append(line);
        return text.ToString();
    }

    private static NamedCommit Of(int number, params int[] parents) => new(
        IdOf(number),
        new Commit(
            default, [.. parents.Select(IdOf)], new CommitAuthor("Ann"), number, $"c{number}", Commit.NoFacts, []));

    private static Digest IdOf(int number)
    {
        var bytes = new byte[Digest.Size];
        BitConverter.TryWriteBytes(bytes, number);
        return new Digest(bytes);
    }
}
