namespace Weighhouse.Tests.Rules.Map;

/// <summary>A rule that cannot fail is no rule: the reader of the map is tried on a map of its own.</summary>
public class ModuleMapTests
{
    private const string Document = """
        # A house
        | Project | May reference | Tables |
        |---|---|---|
        | Ground | – | |
        | Left | Ground | `left_` |
        | *Right* | Ground, Left | `right_`, reads `left_` |
        | Top | everything | |

        | Another | table |
        """;

    [Fact]
    public void Rows_say_who_may_reference_whom()
    {
        var rows = ModuleMap.Parse(Document);

        Assert.Equal(["Ground", "Left", "Right", "Top"], rows.Keys);
        Assert.False(rows["Ground"].Allows("Left"));
        Assert.True(rows["Left"].Allows("Ground"));
        Assert.False(rows["Left"].Allows("Right"));
        Assert.True(rows["Top"].Allows("Right"));
    }

    [Fact]
    public void Rows_say_who_owns_and_reads_which_tables()
    {
        var rows = ModuleMap.Parse(Document);

        Assert.Null(rows["Ground"].TablePrefix);
        Assert.Equal("right_", rows["Right"].TablePrefix);
        Assert.Equal(["left_"], rows["Right"].ReadablePrefixes);
        Assert.True(rows["Right"].IsPlanned);
        Assert.False(rows["Left"].IsPlanned);
    }
}
