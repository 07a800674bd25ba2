using Weighhouse.Web.Files;
using Weighhouse.Web.Repositories;

namespace Weighhouse.Tests.Web;

public class RepositoryPathTests
{
    [Theory]
    [InlineData("a/b.md", "a/b.md")]
    [InlineData("a/./b/../c.md#part", "a/c.md")]
    [InlineData("a/../b%20c.csv?x=1", "b c.csv")]
    [InlineData("docs/", "docs")]
    [InlineData("../x", null)]
    [InlineData("a/../../x", null)]
    [InlineData("a/%2e%2e/%2e%2e/x", null)]
    [InlineData(".weigh/x", null)]
    public void A_relative_link_stays_in_the_repository(string address, string? expected) =>
        Assert.Equal(expected, RepositoryModel.Resolve(address));

    [Fact]
    public void Lines_are_numbered_and_nothing_of_them_is_markup()
    {
        var html = LineMarkup.Of("<b>one</b>\r\n\ntwo").Value;

        Assert.Equal("<span id=\"L1\">&lt;b&gt;one&lt;/b&gt;\n</span><span id=\"L2\">\n</span><span id=\"L3\">two\n</span>", html);
    }

    [Fact]
    public void Json_lines_have_a_column_for_every_key_met()
    {
        var rows = JsonLines.Read("{\"a\":1,\"b\":\"x\"}\n\n{\"b\":{\"c\":[2]},\"d\":null}\n", false, 10, 3);

        Assert.Equal([["a", "b", "d"], ["1", "x", ""], ["", "{\"c\":[2]}", "null"]], rows!);
    }

    [Theory]
    [InlineData("[1]\n")]
    [InlineData("{\"a\":1}\nwords\n")]
    [InlineData("{\"a\":\"\\ud800\"}\n")]
    [InlineData("")]
    public void What_is_no_line_of_an_object_is_left_to_be_text(string text) => Assert.Null(JsonLines.Read(text, false, 10, 10));

    [Fact]
    public void A_line_that_is_cut_is_left_out_and_no_more_are_read_than_are_shown()
    {
        Assert.Equal(2, JsonLines.Read("{\"a\":1}\n{\"a\":", true, 10, 10)!.Count);
        Assert.Equal(6, JsonLines.Read(string.Concat(Enumerable.Repeat("{\"a\":1}\n", 50)), false, 5, 10)!.Count);
    }
}
