using Weighhouse.Versioning;
using Weighhouse.Web.Changes;

namespace Weighhouse.Tests.Web;

public class DiffRowTests
{
    private static readonly TextHunk Hunk = new(10, 4, 20, 3,
    [
        new TextLine(TextLineKind.Same, "a"), new TextLine(TextLineKind.Removed, "b"), new TextLine(TextLineKind.Removed, "c"),
        new TextLine(TextLineKind.Added, "B"), new TextLine(TextLineKind.Same, "d"),
    ]);

    [Fact]
    public void One_below_the_other_every_line_has_its_number()
    {
        var rows = DiffRows.Unified(Hunk).Select(row => (row.OldNumber, row.NewNumber, (row.New ?? row.Old)!.Text));

        Assert.Equal([(10L, 20L, "a"), (11L, null, "b"), (12L, null, "c"), (null, 21L, "B"), (13L, (long?)22L, "d")], rows);
    }

    [Fact]
    public void Side_by_side_what_was_added_stands_beside_what_it_replaces()
    {
        var rows = DiffRows.Split(Hunk).Select(row => (row.OldNumber, row.Old?.Text, row.NewNumber, row.New?.Text));

        Assert.Equal(
            [(10L, "a", 20L, "a"), (11L, "b", 21L, "B"), (12L, "c", null, null), ((long?)13L, "d", (long?)22L, "d")], rows);
    }
}
