using Weighhouse.Web.Files;

namespace Weighhouse.Tests.Web;

public class PreviewTests
{
    [Fact]
    public void Json_is_indented_and_its_parts_are_told_apart()
    {
        var html = JsonMarkup.Of("""{"a":[1,{"b":null}],"c":"<x>","d":{}}""")!.Value.Value;

        Assert.Equal(
            """
            {
              <span class="k">&quot;a&quot;</span>: [
                <span class="n">1</span>,
                {
                  <span class="k">&quot;b&quot;</span>: <span class="w">null</span>
                }
              ],
              <span class="k">&quot;c&quot;</span>: <span class="s">&quot;&lt;x&gt;&quot;</span>,
              <span class="k">&quot;d&quot;</span>: {}
            }
            """,
            html);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("not json")]
    [InlineData("[1,]]")]
    [InlineData("")]
    public void What_is_not_json_is_left_to_be_text(string text) => Assert.Null(JsonMarkup.Of(text));

    [Fact]
    public void Json_too_deep_to_read_is_left_to_be_text() => Assert.Null(JsonMarkup.Of(new string('[', 1_000) + new string(']', 1_000)));

    [Fact]
    public void Quotes_line_ends_and_separators_are_read_as_spreadsheets_read_them()
    {
        var rows = SeparatedText.Read("a,\"b, \"\"c\"\"\"\r\n1,\"two\nlines\"\r\n,\n", ',', 10, 10);

        Assert.Equal([["a", "b, \"c\""], ["1", "two\nlines"], ["", ""]], rows);
    }

    [Fact]
    public void No_more_rows_and_columns_are_read_than_are_shown()
    {
        var rows = SeparatedText.Read(string.Join('\n', Enumerable.Repeat("1\t2\t3\t4", 100)), '\t', 5, 2);

        Assert.Equal(5, rows.Count);
        Assert.All(rows, row => Assert.Equal(["1", "2"], row));
    }

    [Theory]
    [InlineData("a.png", "image/png")]
    [InlineData("a.SVG", "image/svg+xml")]
    [InlineData("a.html", null)]
    [InlineData("a", null)]
    public void Only_pictures_are_shown_as_themselves(string name, string? expected) =>
        Assert.Equal(expected, FileKinds.ImageType(name));
}
