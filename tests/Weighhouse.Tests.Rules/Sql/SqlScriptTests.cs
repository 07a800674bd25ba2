namespace Weighhouse.Tests.Rules.Sql;

/// <summary>A rule that cannot fail is no rule: the reader of SQL is tried on samples.</summary>
public class SqlScriptTests
{
    [Theory]
    [InlineData("SELECT a FROM t_one WHERE b = @b", "t_one")]
    [InlineData("SELECT a FROM t_one AS x, t_two y JOIN t_three USING (a)", "t_one t_two t_three")]
    [InlineData("INSERT INTO t_one (a, b) SELECT a, b FROM t_two ON CONFLICT (a) DO UPDATE SET b = excluded.b", "t_one t_two")]
    [InlineData("UPDATE t_one SET a = 1 FROM t_two WHERE t_one.a IS DISTINCT FROM t_two.a", "t_one t_two")]
    [InlineData("DELETE FROM t_one WHERE a IN (SELECT a FROM t_two)", "t_one t_two")]
    [InlineData("WITH RECURSIVE up (a) AS (SELECT a FROM t_one UNION SELECT a FROM up) SELECT * FROM up", "t_one")]
    [InlineData("WITH x AS MATERIALIZED (SELECT 1) SELECT * FROM x FOR UPDATE SKIP LOCKED", "")]
    [InlineData("SELECT value FROM json_each(@list) -- FROM t_comment", "")]
    [InlineData("SELECT a FROM unnest(@a::text[]) WHERE b = 'FROM t_text; x'", "")]
    [InlineData("CREATE TABLE IF NOT EXISTS t_one (a TEXT REFERENCES t_two (a) ON UPDATE CASCADE) WITHOUT ROWID", "t_one t_two")]
    [InlineData("CREATE UNIQUE INDEX t_index ON t_one (a) WHERE b", "t_one")]
    [InlineData("SELECT EXTRACT(epoch FROM a), b FROM public.t_one", "t_one")]
    [InlineData("SELECT name FROM sqlite_master", "")]
    public void Tables_are_those_the_statement_names(string sql, string tables) =>
        Assert.Equal(tables.Split(' ', StringSplitOptions.RemoveEmptyEntries), new SqlScript(sql).Tables);

    [Theory]
    [InlineData("SELECT 1", 1)]
    [InlineData("SELECT ';'; -- ;\n", 1)]
    [InlineData("SELECT 1; SELECT 2;", 2)]
    public void Statements_are_counted(string sql, int count) => Assert.Equal(count, new SqlScript(sql).Statements);
}
