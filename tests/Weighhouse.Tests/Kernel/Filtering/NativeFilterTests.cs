using Weighhouse.Kernel;
using Weighhouse.Tracking.Search;

namespace Weighhouse.Tests.Kernel.Filtering;

public sealed class NativeFilterTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("  ", "")]
    [InlineData("metrics.a > 1 OR metrics.b < 2 AND status = 'FAILED'", "metric.a Greater 1 | (metric.b Less 2 & attribute.status Equal FAILED)")]
    [InlineData("(metrics.a > 1 or metrics.b < 2) and NOT params.x = 'y'", "(metric.a Greater 1 | metric.b Less 2) & !parameter.x Equal y")]
    [InlineData("not (params.x = 'y' or params.x = 'z')", "!(parameter.x Equal y | parameter.x Equal z)")]
    [InlineData("NOT NOT params.x = 'y'", "parameter.x Equal y")]
    [InlineData("params.x IN ('a', 'b') AND metrics.m NOT IN (1, 2.5)", "parameter.x In a|b & metric.m NotIn 1|2.5")]
    [InlineData("status in ('FAILED')", "attribute.status In FAILED")]
    [InlineData("tags.t NOT LIKE 'a%' OR tags.t NOT ILIKE 'b'", "tag.t NotLike a% | tag.t NotILike b")]
    [InlineData("params.x MATCHES '^a+$' AND run_name NOT MATCHES 'x'", "parameter.x Matches ^a+$ & attribute.run_name NotMatches x")]
    [InlineData("params.x IS NULL AND metrics.m IS NOT NULL AND metrics.m IS NOT NAN", "parameter.x IsNull & metric.m IsNotNull & metric.m IsNotNan")]
    [InlineData("metrics.train/loss.min < 1", "metric.train/loss.min Less 1")]
    [InlineData("metrics.\"loss.min\" < 1", "metric.loss.min Less 1")]
    [InlineData("metrics.\"val loss\".best <= 1e-3", "metric.val loss.best LessOrEqual 0.001")]
    [InlineData("metrics.val-loss.2 == -Infinity", "metric.val-loss.2 Equal -Infinity")]
    [InlineData("params.x = 'it''s' AND params.y <> \"a\"\"b\"", "parameter.x Equal it's & parameter.y NotEqual a\"b")]
    public void A_filter_is_read(string filter, string meaning) =>
        Assert.Equal(meaning, FilterTexts.Describe(FilterParser.Parse(filter, SearchVocabularies.Runs, FilterDialect.Native).Value));

    [Fact]
    public void A_part_is_told_from_a_key_by_quotes()
    {
        var part = Assert.IsType<FilterClause>(
            FilterParser.Parse("metrics.loss.min < 1", SearchVocabularies.Runs, FilterDialect.Native).Value);
        Assert.Equal(("loss", "min"), (part.Field.Key, part.Field.Part));
        var key = Assert.IsType<FilterClause>(
            FilterParser.Parse("metrics.`loss.min` < 1", SearchVocabularies.Runs, FilterDialect.Native).Value);
        Assert.Equal(("loss.min", null), (key.Field.Key, key.Field.Part));
    }

    [Theory]
    [InlineData("metrics.a > ", "Expected a number, for metric.a is one, found the end (at character 13 of the filter)")]
    [InlineData("metrics.a", "Expected an operator: = != < <= > >= IN LIKE ILIKE MATCHES IS, found the end (at character 10 of the filter)")]
    [InlineData("metrics.a > 1 metrics.b > 2", "Expected AND, OR or the end, found 'metrics.b' (at character 15 of the filter)")]
    [InlineData("(metrics.a > 1", "Expected ')', found the end (at character 15 of the filter)")]
    [InlineData("params.a > 'x'", "parameter.a is text and has no '>'. Use =, !=, IN, LIKE, ILIKE or MATCHES (at character 1 of the filter)")]
    [InlineData("metrics.a LIKE 'x'", "metric.a is a number. Use = != < <= > >= or IN (at character 1 of the filter)")]
    [InlineData("params.a = x", "Expected a text in quotes, for parameter.a is text, found 'x' (at character 12 of the filter)")]
    [InlineData("metrics.\"a\".median > 1", "'median' is no part of metrics.a. Parts are latest, min, max, best (at character 1 of the filter)")]
    [InlineData("params.a IN ()", "Expected a text in quotes, for parameter.a is text, found ')' (at character 14 of the filter)")]
    [InlineData("params.a NOT 'x'", "Expected IN, LIKE, ILIKE or MATCHES after NOT, found ''' (at character 14 of the filter)")]
    [InlineData("params.a MATCHES '('", "The pattern is no regular expression without back-references and look-around: ")]
    [InlineData("params.a MATCHES '(a)\\1'", "The pattern is no regular expression without back-references and look-around: ")]
    [InlineData("params.a MATCHES '((a{100}){100}){100}'", "The counted repetitions of the pattern multiply to more than 10000 copies.")]
    [InlineData("nonsense = 'x'", "Invalid attribute key 'nonsense' specified. Valid keys are ")]
    public void An_error_says_what_where_and_how_to_cure_it(string filter, string message) =>
        Assert.StartsWith(
            message, FilterParser.Parse(filter, SearchVocabularies.Runs, FilterDialect.Native).Error!.Message, StringComparison.Ordinal);

    [Fact]
    public void Limits_are_errors_and_not_crashes()
    {
        Assert.Contains("nests more than 64", Error(new string('(', 100_000 / 2) + "x"), StringComparison.Ordinal);
        Assert.Contains(
            "nests more than 64", Error(string.Concat(Enumerable.Repeat("NOT ", 15_000)) + "status = 'x'"), StringComparison.Ordinal);
        Assert.Contains("at most 65536", Error(new string(' ', 65_537)), StringComparison.Ordinal);
        Assert.Contains(
            "more than 200 clauses", Error(string.Join(" OR ", Enumerable.Repeat("status='x'", 201))), StringComparison.Ordinal);
        Assert.Contains(
            "more than 1000 values", Error($"status IN ({string.Join(',', Enumerable.Repeat("'x'", 1_001))})"), StringComparison.Ordinal);
        Assert.Contains("NUL", Error("status = '\0'"), StringComparison.Ordinal);
        Assert.Contains("surrogate", Error("status = '\ud800'"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("metrics.loss.best DESC", "metric.loss.best DESC")]
    [InlineData("  start_time  ", "attribute.start_time ASC")]
    [InlineData("params.\"a b\" asc", "parameter.a b ASC")]
    public void An_order_is_read(string order, string meaning)
    {
        var term = Assert.Single(FilterOrder.Parse([order], SearchVocabularies.Runs, FilterDialect.Native).Value);
        Assert.Equal(meaning, $"{term.Field} {(term.Ascending ? "ASC" : "DESC")}");
    }

    private static string Error(string filter) =>
        FilterParser.Parse(filter, SearchVocabularies.Runs, FilterDialect.Native).Error?.Message ?? "accepted";
}
