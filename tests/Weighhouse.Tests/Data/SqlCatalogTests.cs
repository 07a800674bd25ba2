using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Data;

public sealed class SqlCatalogTests
{
    private static readonly SqlCatalog Catalog = SqlCatalog.Of(typeof(SqlCatalog).Assembly);

    [Fact]
    public void A_statement_has_the_text_of_its_file_for_each_engine()
    {
        var claim = Catalog["ClaimDueJobs"];

        Assert.DoesNotContain("SKIP LOCKED", claim.For(DatabaseEngine.Sqlite), StringComparison.Ordinal);
        Assert.Contains("SKIP LOCKED", claim.For(DatabaseEngine.PostgreSql), StringComparison.Ordinal);
        Assert.Same(Catalog["FinishJob"].For(DatabaseEngine.Sqlite), Catalog["FinishJob"].For(DatabaseEngine.PostgreSql));
    }

    [Fact]
    public void A_statement_that_is_not_there_is_a_bug() =>
        Assert.Equal("There is no Sql/Nothing.sql in this module.", Assert.Throws<InvariantException>(() => Catalog["Nothing"]).Message);

    [Fact]
    public void The_text_for_the_other_engine_is_not_a_statement_of_its_own() =>
        Assert.DoesNotContain(Catalog.Names, name => name.EndsWith(".pg", StringComparison.Ordinal));
}
