using System.Diagnostics;
using Weighhouse.Data;

namespace Weighhouse.Tests.Data;

public sealed class SearchPatternTests
{
    [Fact]
    public void A_pattern_that_makes_others_backtrack_for_ever_takes_no_time()
    {
        var clock = Stopwatch.StartNew();

        Assert.False(SearchPattern.Of("^(a+)+$").Matches(new string('a', 50_000) + "b"));

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("(a", "Invalid regular expression '(a'")]
    [InlineData("(a)\\1", "The regular expression '(a)\\1' is not supported")]
    public void A_pattern_that_cannot_be_used_says_why(string pattern, string problem) =>
        Assert.StartsWith(problem, SearchPattern.Of(pattern).Problem, StringComparison.Ordinal);

    [Fact]
    public void A_pattern_has_a_length_limit() =>
        Assert.Equal(
            "The regular expression has 1,001 characters; the limit is 1,000.", SearchPattern.Of(new string('a', 1_001)).Problem);

    [Fact]
    public void Only_so_many_patterns_are_remembered()
    {
        for (var i = 0; i < 1_000; i++) Assert.True(SearchPattern.Of($"^{i}$").Matches($"{i}"));
    }
}
