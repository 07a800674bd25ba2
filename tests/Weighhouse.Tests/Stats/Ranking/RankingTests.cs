using Weighhouse.Stats;
using Weighhouse.Tests.Stats.Oracle;

namespace Weighhouse.Tests.Stats.Ranking;

public class RankingTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Gains_are_sklearns_also_where_scores_are_equal()
    {
        Assert.SkipWhen(PythonOracle.WhyAbsent is not null, PythonOracle.WhyAbsent ?? "");
        var sample = new Sample(output);
        var oracle = new PythonOracle("from sklearn.metrics import *");
        foreach (var count in new[] { 2, 5, 40, 300 })
        {
            double[] relevances = [.. sample.Below(4, count).Select(relevance => (double)relevance)];
            double[] scores = [.. sample.Uniform(count).Select(score => Math.Round(score, 1))];
            oracle.Let("y", relevances).Let("s", scores);
            oracle.Expect("dcg_score([y], [s])", Gain.Discounted(relevances, scores));
            oracle.Expect("dcg_score([y], [s], k=3)", Gain.Discounted(relevances, scores, 3));
            oracle.Expect("ndcg_score([y], [s])", Gain.Normalized(relevances, scores));
            oracle.Expect("ndcg_score([y], [s], k=3)", Gain.Normalized(relevances, scores, 3));
            oracle.Expect("ndcg_score([2 ** y - 1], [s], k=10)", Gain.Normalized(relevances, scores, 10, GainScale.Exponential));
        }

        await oracle.CheckAsync();
    }

    [Fact]
    public void Without_anything_relevant_there_is_no_share()
    {
        Assert.Equal("no item is relevant", Gain.Normalized([0, 0], [1, 2]).Reason);
        Assert.Equal(0, Gain.Normalized([0, 0], [1, 2]).InSklearn);
        Assert.Contains("below 0", Gain.Normalized([-1, 2], [1, 2]).Reason);
    }

    [Fact]
    public void Figures_of_a_list_are_those_of_hand()
    {
        bool[] list = [false, true, false, true, true];

        Tolerance.Check(RankedList.PrecisionAt(3, list).Value, 1 / 3.0);
        Tolerance.Check(RankedList.PrecisionAt(10, list).Value, 0.3);
        Tolerance.Check(RankedList.RecallAt(4, list, 6).Value, 2 / 6.0);
        Tolerance.Check(RankedList.ReciprocalRank(list).Value, 0.5);
        Tolerance.Check(RankedList.AveragePrecisionAt(4, list, 3).Value, (0.5 + 0.5) / 3);
        Tolerance.Check(RankedList.AveragePrecisionAt(2, list, 3).Value, 0.25);
        Assert.Equal(0, RankedList.HitAt(1, list).Value);
        Assert.Equal(1, RankedList.HitAt(2, list).Value);
        var (mean, leftOut) =
            RankedList.Mean([RankedList.RecallAt(2, list, 2), RankedList.RecallAt(2, list, 0), RankedList.RecallAt(4, list, 2)]);
        Assert.Equal((0.75, 1), (mean.Value, leftOut));
    }

    [Fact]
    public void Recommendations_are_measured_beyond_being_right()
    {
        Assert.Equal(0.3, Recommendations.Coverage([1, 2, 2, 7], 10).Value);
        Tolerance.Check(Recommendations.Diversity([1, 0, 0, 1, 1, 1], 2).Value, (1 + (1 - Math.Sqrt(0.5)) * 2) / 3);
        Tolerance.Check(Recommendations.Novelty([0, 1], [0.5, 0.125]).Value, 2);
        Assert.Equal(0, Recommendations.Inequality([3, 3, 3]).Value);
        Tolerance.Check(Recommendations.Inequality([0, 0, 0, 8]).Value, 0.75);
        Assert.Contains("no direction", Recommendations.Diversity([0, 0, 1, 1], 2).Reason);
    }
}
