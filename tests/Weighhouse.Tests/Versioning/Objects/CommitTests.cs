using System.Text;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using Weighhouse.Versioning.Objects;

namespace Weighhouse.Tests.Versioning.Objects;

public sealed class CommitTests
{
    private static readonly Digest Tree = new(Enumerable.Repeat((byte)0xab, Digest.Size).ToArray());

    private static readonly Commit Plain =
        new(Tree, [], new CommitAuthor("Ann", "ann@example.org"), 1_700_000_000_000,
            "Begin\n\n\"quoted\" \\ \u0001 é 😀", Commit.NoFacts, []);

    public static Commit Any(Random random)
    {
        var parent = new byte[Digest.Size];
        random.NextBytes(parent);
        return new Commit(
            Tree,
            random.Next(2) == 0 ? [] : [new Digest(parent)],
            new CommitAuthor("Ann", random.Next(2) == 0 ? "" : "a@b"),
            random.NextInt64(CommitRules.TimeMsMax),
            string.Join('\n', Names.Distinct(random, 3)).Replace('\t', ' '),
            new Dictionary<string, string>(StringComparer.Ordinal) { ["metric.f1"] = "0.93", ["a"] = "\"" },
            [new CommitLink("run", "run:1")]);
    }

    [Fact]
    public void A_commit_is_spelled_as_the_format_says()
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["b"] = "2", ["a"] = "1" };
        var commit = Plain with { Facts = facts, Parents = [Tree], Links = [new CommitLink("run", "run:7")] };
        var hex = Tree.ToString();
        Assert.Equal(
            $$"""{"author":{"email":"ann@example.org","name":"Ann"},"facts":{"a":"1","b":"2"},"links":[{"relation":"run","target":"run:7"}],"""
            + $$"""
                "message":"Begin\n\n\"quoted\" \\ \u0001 é 😀","parents":["{{hex}}"],"timeMs":1700000000000,"tree":"{{hex}}","version":1}
                """,
            Encoding.UTF8.GetString(CommitCodec.Encode(commit).Value.Span));
    }

    [Fact]
    public void A_commit_is_read_as_it_was_written()
    {
        var read = CommitCodec.Decode(CommitCodec.Encode(Plain).Value).Value;
        Assert.Equal((Plain.Message, Plain.Author, Plain.TimeMs, Plain.Tree), (read.Message, read.Author, read.TimeMs, read.Tree));
        Assert.Equal("Begin", read.Subject);
    }

    [Fact]
    public void Another_spelling_of_the_same_commit_is_refused()
    {
        var text = Encoding.UTF8.GetString(CommitCodec.Encode(Plain).Value.Span);
        foreach (var other in new[]
                 {
                     text + " ", text.Replace("é", "\\u00e9"), text.Replace("\"version\":1", "\"version\":1.0"), "[" + text + "]",
                     text.Replace("\"facts\":{}", "\"facts\":{},\"more\":1"),
                     text.Replace("\"email\":\"ann@example.org\",", "\"email\":\"\","),
                     text.Replace("\"version\":1", "\"version\":2"), text.ToUpperInvariant(), "null", "{}",
                 })
        {
            Assert.NotEqual(text, other);
            Assert.Equal(ErrorCode.Corrupted, CommitCodec.Decode(Encoding.UTF8.GetBytes(other)).Error?.Code);
        }
    }

    [Fact]
    public void What_passes_a_limit_is_refused_with_the_field()
    {
        Refused(Plain with { Message = new string('m', CommitRules.MessageLengthMax + 1) }, "message");
        Refused(Plain with { Author = new CommitAuthor("") }, "author");
        Refused(Plain with { Author = new CommitAuthor("two\nlines") }, "author");
        Refused(Plain with { TimeMs = -1 }, "time");
        Refused(Plain with { Parents = [Tree, Tree] }, "parents");
        var many = Enumerable.Range(0, 17).Select(i => new Digest([.. Tree.ToBytes().Take(31), (byte)i]));
        Refused(Plain with { Parents = [.. many] }, "parents");
        Refused(Plain with { Links = [new CommitLink("", "x")] }, "links");
        Refused(Plain with { Message = "\ud800" }, "message");
        Refused(Plain with { Facts = Enumerable.Range(0, 20).ToDictionary(i => $"{i}", _ => new string('f', 60_000)) }, "facts");
    }

    private static void Refused(Commit commit, string field)
    {
        var encoded = CommitCodec.Encode(commit);
        Assert.Equal((ErrorCode.InvalidArgument, field), (encoded.Error?.Code, encoded.Error?.Field));
    }
}
