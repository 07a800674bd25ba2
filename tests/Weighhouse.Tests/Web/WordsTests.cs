using System.Text.RegularExpressions;
using Weighhouse.Web.Deployments;
using Weighhouse.Web.Forms;
using Weighhouse.Web.Models;
using Weighhouse.Web.Words;

namespace Weighhouse.Tests.Web;

public partial class WordsTests
{
    /// <summary>Keys that a page puts together from an enum or a list; each is asked for here in full.</summary>
    private static IEnumerable<string> Composed =>
    [
        .. Enum.GetNames<Weighhouse.Tracking.RunStatus>().Select(status => $"status.{status}"),
        .. Enum.GetNames<FlashKind>().Select(kind => $"flash.{kind}"),
        .. new[] { "light", "dark", "auto" }.Select(theme => $"theme.{theme}"),
        .. new[] { "step", "wall", "relative" }.Select(axis => $"chart.axis.{axis}"),
        .. new[] { "notFound", "denied", "busy", "fault", "refused" }.Select(title => $"error.{title}"),
        .. Enum.GetNames<Weighhouse.Versioning.EntryKind>().Select(kind => $"repo.kind.{kind}"),
        .. Enum.GetNames<Weighhouse.Versioning.ChangeKind>().Select(kind => $"change.{kind}"),
        .. Enum.GetNames<Weighhouse.Versioning.ConflictKind>().Select(kind => $"conflict.{kind}"),
        .. Enum.GetNames<Weighhouse.Versioning.ColumnType>().Select(type => $"column.{type}"),
        .. Enum.GetNames<Weighhouse.Versioning.Freshness>().Select(freshness => $"freshness.{freshness}"),
        .. Enum.GetNames<Weighhouse.Versioning.RowChangeKind>().Select(kind => $"diff.row.{kind}"),
        .. Enum.GetNames<Weighhouse.Versioning.TensorChangeKind>().Select(kind => $"tensor.{kind}"),
        .. Enum.GetNames<Weighhouse.Blobs.CollectionPhase>().Select(phase => $"store.phase.{phase}"),
        .. Enum.GetNames<Weighhouse.Blobs.DamageKind>().Select(kind => $"store.damage.{kind}"),
        .. EventText.Actions.Select(action => $"event.{action}"),
        .. RouteWords.Actions.Select(action => $"event.{action}"),
        .. Enum.GetNames<Weighhouse.Serving.CanaryState>().Select(state => $"canary.{state}"),
        .. new[] { "failed", "slow", "wrong" }.Select(figure => $"canary.{figure}"),
    ];

    [Fact]
    public void Both_languages_have_the_same_keys()
    {
        Assert.Equal(PageWords.English.Keys.Order(StringComparer.Ordinal), PageWords.Chinese.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_key_a_page_names_has_words_and_every_key_is_named()
    {
        var sources = SourceFolder().EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.Extension is ".razor" or ".cs");
        var text = string.Concat(sources.Select(file => File.ReadAllText(file.FullName)));
        var asked = Asked().Matches(text).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        var quoted = Quoted().Matches(text).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        asked.UnionWith(Composed);

        Assert.Empty(asked.Except(PageWords.English.Keys));
        Assert.Empty(PageWords.English.Keys.Except(asked).Except(quoted));
    }

    [Fact]
    public void Values_stand_in_the_same_places_in_both_languages()
    {
        foreach (var key in PageWords.English.Keys)
            Assert.Equal(Placeholders(PageWords.English[key]), Placeholders(PageWords.Chinese[key]));
    }

    [Theory]
    [InlineData(null, "zh-CN,zh;q=0.9,en;q=0.8", "zh")]
    [InlineData(null, "de-DE,de;q=0.9,en;q=0.5", "en")]
    [InlineData(null, null, "en")]
    [InlineData("zh", "en-GB", "zh")]
    [InlineData("xx", "zh", "zh")]
    public void The_visitors_choice_wins_over_the_browsers(string? cookie, string? accepted, string expected) =>
        Assert.Equal(expected, PageWords.Choose(cookie, accepted).Language);

    private static IEnumerable<string> Placeholders(string words) =>
        Placeholder().Matches(words).Select(match => match.Value).Order(StringComparer.Ordinal);

    private static DirectoryInfo SourceFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Weighhouse.slnx"))) folder = folder.Parent!;
        return new DirectoryInfo(Path.Combine(folder.FullName, "src", "Weighhouse.Web"));
    }

    [GeneratedRegex("""(?:\bT|[Ww]ords)\["([^"$]+)"[\],]""", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Asked();

    [GeneratedRegex("\"([A-Za-z]+(?:\\.[A-Za-z]+)*)\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\{\d\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
