using Weighhouse.Stats;
using Weighhouse.Tests.Stats.Oracle;

namespace Weighhouse.Tests.Stats.Intervals;

public class DeLongTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Intervals_and_tests_are_pROCs()
    {
        Assert.SkipWhen(ROracle.WhyAbsent is not null, ROracle.WhyAbsent ?? "");
        var sample = new Sample(output);
        var oracle = new ROracle();
        foreach (var count in new[] { 20, 200, 1500 })
        {
            bool[] truth = [true, true, false, false, .. sample.Coins(count, 0.4)];
            var (first, second) = (sample.Scores(truth), sample.Scores(truth));
            var (interval, difference, test) = (DeLong.Interval(truth, first), DeLong.Difference(truth, first, second),
                DeLong.Paired(truth, first, second));
            oracle.Let("y", truth.Select(isTrue => isTrue ? 1.0 : 0)).Let("a", first).Let("b", second);
            const string Rocs = "{ra <- roc(y, a, direction='<', quiet=TRUE); rb <- roc(y, b, direction='<', quiet=TRUE);";
            oracle.Expect($"{Rocs} ci.auc(ra)}}", [interval.Low, interval.Estimate, interval.High], 1e-9);
            oracle.Expect($"{Rocs} t <- roc.test(ra, rb, method='delong'); c(t$statistic, t$p.value)}}", [test.Statistic, test.PValue],
                1e-9);
            oracle.Expect($"{Rocs} t <- roc.test(ra, rb, method='delong'); t$conf.int}}", [difference.Low, difference.High], 1e-9);
        }

        await oracle.CheckAsync();
    }

    [Fact]
    public void Two_models_of_one_ranking_cannot_be_told_apart()
    {
        bool[] truth = [true, false, true, false, true];
        double[] scores = [0.9, 0.8, 0.7, 0.3, 0.2];

        Assert.Contains("alike", DeLong.Paired(truth, scores, [.. scores.Select(score => score * 2)]).Reason);
    }
}
