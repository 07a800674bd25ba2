namespace Weighhouse.Tests.Rules.Docs;

/// <summary>A rule that cannot fail is no rule: the reader of Markdown is tried on a sample.</summary>
public class MarkdownFileTests
{
    private static readonly MarkdownFile Sample = new("""
        # A *title*, here

        See [one](a.md#part) and [two](https://b.example "B"), not `[three](c.md)`.

        <!-- runs -->
        ```sh
        echo "[four](d.md)"
        # no heading
        ```

        ```text
        hello
        ```

        [five]: e.md
        """);

    [Fact]
    public void Links_are_found_outside_code() =>
        Assert.Equal(["a.md#part", "https://b.example", "e.md"], Sample.Links.Select(link => link.Target));

    [Fact]
    public void Headings_give_anchors() => Assert.Equal(["a-title-here"], Sample.Anchors);

    [Fact]
    public void Blocks_carry_the_mark_above_them()
    {
        Assert.Equal([("sh", "runs"), ("text", null)], Sample.Blocks.Select(block => (block.Language, block.Mark)));
        Assert.Equal("echo \"[four](d.md)\"\n# no heading", Sample.Blocks[0].Text);
    }
}
