using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Notices;
using Weighhouse.Notices.Deliveries;
using Weighhouse.Notices.Hooks;
using Weighhouse.Notices.Secrets;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Notices;

/// <summary>Patterns, shapes, signatures and sealed secrets.</summary>
public sealed class HookRulesTests(ITestOutputHelper output)
{
    private const string Told = """
        {"id":"1","type":"version.stage","at":"2026-01-01T00:00:00.000Z","actor":"ann <b>","project":"default",
        "subject":{"kind":"model","name":"churn & co"},"data":{"version":"3","after":{"stage":"Production"}}}
        """;

    [Fact]
    public void Patterns_match_as_regular_expressions_would()
    {
        var seed = TestSeed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var matched = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var pattern = Word(random, "ab.*", 8);
            var type = Word(random, "ab.", 8);
            var wanted = Regex.IsMatch(
                type, $"^{Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal)}$", RegexOptions.CultureInvariant);
            Assert.True(wanted == HookRules.Matches(pattern, type), $"'{type}' by '{pattern}'");
            if (wanted) matched++;
        }

        Assert.InRange(matched, 100, 19_900);
    }

    [Fact]
    public void A_signature_is_of_the_time_and_the_body() => Assert.Equal(
        // printf '1700000000.{}' | openssl dgst -sha256 -hmac 'sixteen letters at least'
        "t=1700000000,v1=79b5592767ea3bce5ae88e1e78df8a5ced9a5461e6cb5f27bfce299f67d604c4",
        Signature.Of("sixteen letters at least", 1_700_000_000, "{}"u8));

    [Fact]
    public void Chats_are_told_a_sentence_in_which_nothing_is_markup()
    {
        const string sentence = """ann <b>: version.stage of model churn & co; version 3; after {"stage":"Production"}""";
        var slack = (string)JsonNode.Parse(Shapes.Of(HookShape.Slack, Told))!["text"]!;
        Assert.Equal(
            sentence.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
                .Replace(">", "&gt;", StringComparison.Ordinal),
            slack);
        var card = JsonNode.Parse(Shapes.Of(HookShape.Teams, Told))!["attachments"]![0]!["content"]!;
        Assert.Equal(("AdaptiveCard", sentence), ((string)card["type"]!, (string)card["body"]![0]!["text"]!));
        Assert.Equal(Told, Encoding.UTF8.GetString(Shapes.Of(HookShape.Weighhouse, Told)));
    }

    [Fact]
    public void Chats_are_told_the_beginning_of_what_is_long()
    {
        var told = JsonNode.Parse(Told)!;
        told["actor"] = "ann";
        told["subject"]!["name"] = "churn";
        told["data"]!["before"] = new string('b', 300);
        told["data"]!["after"] = new string('a', 298) + "\U0001F40B" + new string('a', 5_000);
        Assert.Equal(
            $"ann: version.stage of model churn; version 3; after {new string('a', 298)}…; before {new string('b', 300)}", TextOf(told));
        for (var number = 0; number < 20; number++) told["data"]![$"more{number}"] = new string('m', 5_000);
        Assert.Equal((3_000, '…'), (TextOf(told).Length, TextOf(told)[^1]));
        Assert.Contains("; more5 mmm", TextOf(told), StringComparison.Ordinal);

        static string TextOf(JsonNode told)
        {
            var text = (string)JsonNode.Parse(Shapes.Of(HookShape.Slack, told.ToJsonString()))!["text"]!;
            var card = JsonNode.Parse(Shapes.Of(HookShape.Teams, told.ToJsonString()))!["attachments"]![0]!["content"]!;
            Assert.Equal(text, (string)card["body"]![0]!["text"]!);
            return text;
        }
    }

    [Fact]
    public void A_sealed_secret_opens_for_its_owner_with_its_key_and_untouched()
    {
        using var folder = new TemporaryFolder();
        var box = new SecretBox(new NoticesOptions { Folder = folder.Path }, new DatabaseOptions());
        var sealedSecret = box.Seal("a secret of some length", "hook-1", IdGenerator.Secure);
        Assert.Equal("a secret of some length", box.Open(sealedSecret, "hook-1"));
        Assert.Null(box.Open(sealedSecret, "hook-2"));
        for (var at = 0; at < sealedSecret.Length; at++)
        {
            var touched = sealedSecret.ToArray();
            touched[at] ^= 1;
            Assert.Null(box.Open(touched, "hook-1"));
        }

        // The next process has the key; another server has not.
        Assert.NotNull(new SecretBox(new NoticesOptions { Folder = folder.Path }, new DatabaseOptions()).Open(sealedSecret, "hook-1"));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder["secrets.key"]));
        var other = new SecretBox(new NoticesOptions { Folder = folder.Path, SecretKey = new string('k', 32) }, new DatabaseOptions());
        Assert.Null(other.Open(sealedSecret, "hook-1"));
        Assert.Equal("x", other.Open(other.Seal("x", "hook-1", IdGenerator.Secure), "hook-1"));
    }

    private static string Word(Random random, string letters, int lengthMax) =>
        string.Concat(Enumerable.Range(0, random.Next(1, lengthMax)).Select(_ => letters[random.Next(letters.Length)]));
}
