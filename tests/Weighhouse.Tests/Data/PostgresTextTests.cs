using Weighhouse.Data;

namespace Weighhouse.Tests.Data;

public sealed class PostgresTextTests
{
    [Theory]
    [InlineData("SELECT 1", "SELECT 1", "")]
    [InlineData("SELECT @a, @b, @a", "SELECT $1, $2, $1", "a,b")]
    [InlineData("SELECT @run_id;\n", "SELECT $1", "run_id")]
    [InlineData("SELECT '@a', @b", "SELECT '@a', $1", "b")]
    [InlineData("SELECT 'it''s @a', @b", "SELECT 'it''s @a', $1", "b")]
    [InlineData("SELECT \"@a\", @b", "SELECT \"@a\", $1", "b")]
    [InlineData("-- about @a\nSELECT @b", "-- about @a\nSELECT $1", "b")]
    [InlineData("/* @a */ SELECT @b", "/* @a */ SELECT $1", "b")]
    [InlineData("SELECT $$ @a $$, @b", "SELECT $$ @a $$, $1", "b")]
    [InlineData("SELECT $x$ $$ @a $x$, @b", "SELECT $x$ $$ @a $x$, $1", "b")]
    [InlineData("SELECT a @> b, v @@ q, @c::bigint", "SELECT a @> b, v @@ q, $1::bigint", "c")]
    [InlineData("SELECT @@version_like, @a", "SELECT @@version_like, $1", "a")]
    [InlineData("SELECT 'open @a", "SELECT 'open @a", "")]
    public void Parameters_are_numbered_and_everything_else_stays(string source, string expected, string names)
    {
        var text = SqlText.Both("Test", source).Postgres;

        Assert.Equal(expected, text.Sql);
        Assert.Equal(names, string.Join(',', text.Names));
    }
}
