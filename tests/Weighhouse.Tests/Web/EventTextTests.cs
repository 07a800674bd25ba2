using Weighhouse.Registry;
using Weighhouse.Web.Models;
using Weighhouse.Web.Words;

namespace Weighhouse.Tests.Web;

public class EventTextTests
{
    [Theory]
    [InlineData("version.create", "Version created")]
    [InlineData("something.new", "something.new")]
    public void A_change_is_said_in_words(string action, string expected) =>
        Assert.Equal(expected, EventText.Title(Event(action), PageWords.English));

    [Theory]
    [InlineData(null, """{"alias":"best","version":3,"note":null,"text":""}""", "alias: best · version: 3")]
    [InlineData("""{"name":"a"}""", null, "name: a")]
    [InlineData("""{"name":"a"}""", """{"name":"b"}""", "name: b")]
    [InlineData(null, "[1]", "[1]")]
    [InlineData(null, "{}", null)]
    [InlineData(null, null, null)]
    public void What_there_is_since_or_was_is_named(string? before, string? after, string? expected) =>
        Assert.Equal(expected, EventText.Details(Event("alias.set", before, after)));

    [Fact]
    public void Long_details_are_cut() =>
        Assert.Equal(301, EventText.Details(Event("model.describe", null, $$"""{"description":"{{new string('x', 999)}}"}"""))!.Length);

    private static RegistryEvent Event(string action, string? before = null, string? after = null) =>
        new(1, 0, "ann", "digits", null, action, before, after);
}
