using Weighhouse.Web.Parts;

namespace Weighhouse.Tests.Web;

public class MarkdownTextTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>", "<script")]
    [InlineData("[x](javascript:alert(1))", "javascript:")]
    [InlineData("[x](JaVaScRiPt:alert(1))", "alert")]
    [InlineData("[x](data:text/html,hello)", "data:")]
    [InlineData("<javascript:alert(1)>", "href=\"javascript")]
    [InlineData("![x](https://example.org/pixel.png)", "<img")]
    [InlineData("<img src=x onerror=alert(1)>", "<img")]
    [InlineData("[x]: javascript:alert(1)\n\n[x]", "javascript:")]
    public void Nothing_in_a_note_runs_or_calls_another_host(string markdown, string absent) =>
        Assert.DoesNotContain(absent, MarkdownText.ToHtml(markdown).Value, StringComparison.Ordinal);

    [Fact]
    public void Pictures_beside_the_file_are_shown_from_where_it_lies()
    {
        var html = MarkdownText.ToHtml("![roc](plots/roc.svg)", path => $"/files/{path}").Value;

        Assert.Contains("<img src=\"/files/plots/roc.svg\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_and_tables_stay()
    {
        var html = MarkdownText.ToHtml("[a](https://example.org) \n\n| x |\n|---|\n| 1 |").Value;

        Assert.Contains("href=\"https://example.org\"", html, StringComparison.Ordinal);
        Assert.Contains("<td>1</td>", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<!-- for writers -->")]
    [InlineData("<!--\nfor writers\n\nand <b>more</b> -->\n")]
    public void Comments_are_not_shown(string comment)
    {
        var html = MarkdownText.ToHtml($"# Title\n{comment}\ntext").Value;

        Assert.DoesNotContain("writers", html, StringComparison.Ordinal);
        Assert.DoesNotContain("more", html, StringComparison.Ordinal);
        Assert.Contains("<p>text</p>", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<!-- <script>alert(1)</script>")]
    [InlineData("<!--><script>alert(1)</script>")]
    [InlineData("<!-- x --><script>alert(1)</script>")]
    public void A_comment_hides_nothing_that_runs(string markdown) =>
        Assert.DoesNotContain("<script", MarkdownText.ToHtml(markdown).Value, StringComparison.Ordinal);

    [Fact]
    public void Code_keeps_its_comments() =>
        Assert.Contains("&lt;!-- kept --&gt;", MarkdownText.ToHtml("```html\n<!-- kept -->\n```").Value, StringComparison.Ordinal);

    [Fact]
    public void A_first_line_is_plain_and_short()
    {
        Assert.Equal("What changed", MarkdownText.FirstLine("\n## What **changed**\nmore", 100));
        Assert.Equal("abc…", MarkdownText.FirstLine("abcdef", 3));
        Assert.Equal("", MarkdownText.FirstLine("", 3));
    }
}
