using Weighhouse.Data;

namespace Weighhouse.Tests.Data;

public sealed class SqliteLibraryTests
{
    [Fact]
    public void It_is_told_which_sqlite_is_used() =>
        Assert.Matches(@"^SQLite 3\.\d+\.\d+ \((bundled|.* of the system|.*, named by WEIGH_SQLITE)\)$", SqliteLibrary.Describe());
}
