using Weighhouse.Stats;
using Weighhouse.Tests.Stats.Oracle;

namespace Weighhouse.Tests.Stats.Binary;

public class CurveTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Curves_and_areas_are_sklearns()
    {
        Assert.SkipWhen(PythonOracle.WhyAbsent is not null, PythonOracle.WhyAbsent ?? "");
        var sample = new Sample(output);
        var oracle = new PythonOracle("from sklearn.metrics import *");
        foreach (var count in new[] { 8, 30, 300, 3000 })
        {
            bool[] truth = [true, false, .. sample.Coins(count, 0.35)];
            var scores = sample.Scores(truth);
            oracle.Let("y", truth).Let("s", scores);
            oracle.Expect("roc_auc_score(y, s)", RocCurve.Area(truth, scores));
            foreach (var limit in new[] { 0.1, 0.37, 0.9, 1 })
                oracle.Expect($"roc_auc_score(y, s, max_fpr={limit})", RocCurve.PartialArea(truth, scores, limit));
            oracle.Expect("average_precision_score(y, s)", PrecisionRecallCurve.AveragePrecision(truth, scores));
            AskRoc(oracle, RocCurve.Of(truth, scores).Value, "roc_curve(y, s)");
            AskRoc(oracle, RocCurve.Of(truth, scores, dropCollinear: false).Value, "roc_curve(y, s, drop_intermediate=False)");
            var precision = PrecisionRecallCurve.Of(truth, scores).Value;
            oracle.Expect("precision_recall_curve(y, s)[0]", precision.Precisions);
            oracle.Expect("precision_recall_curve(y, s)[1]", precision.Recalls);
            oracle.Expect("precision_recall_curve(y, s)[2]", precision.Thresholds);
            var detection = DetCurve.Of(truth, scores).Value;
            oracle.Expect("det_curve(y, s)[0]", detection.FalsePositiveRates);
            oracle.Expect("det_curve(y, s)[1]", detection.FalseNegativeRates);
            oracle.Expect("det_curve(y, s)[2]", detection.Thresholds);
            oracle.Expect("(lambda f, t, h: np.max(np.abs(t - f)))(*roc_curve(y, s))", RocCurve.KolmogorovSmirnov(truth, scores).Distance);
        }

        await oracle.CheckAsync();
    }

    [Fact]
    public void The_recorded_edge_cases_hold()
    {
        Assert.Equal(0.75, RocCurve.Area([false, true, false, true], [0.5, 0.5, 0.5, 0.8]).Value);
        Assert.Equal("no row is truly negative", RocCurve.Area([true, true], [0.1, 0.2]).Reason);
        Assert.Null(RocCurve.Area([true, true], [0.1, 0.2]).InSklearn);
        Assert.Equal("the score of row 1 is not a number", RocCurve.Area([true, false], [0.1, double.NaN]).Reason);
        var none = PrecisionRecallCurve.AveragePrecision([false, false], [0.1, 0.2]);
        Assert.True(none is { IsDefined: false, InSklearn: { } zero } && double.IsNegative(zero));
        Assert.True(RocCurve.Of([true, true], [0.1, 0.2]).IsFailure);
        Assert.Equal(5, PrecisionRecallCurve.Of([false, false, true, true], [0.1, 0.4, 0.35, 0.8]).Value.Precisions.Length);
        Assert.Equal(double.PositiveInfinity, RocCurve.Of([false, true], [0.1, 0.8]).Value.Thresholds[0]);
    }

    [Fact]
    public void Gain_and_lift_count_down_the_list()
    {
        var curve = GainCurve.Of([true, true, false, false, false], [0.9, 0.8, 0.8, 0.2, 0.1]).Value;

        Assert.Equal([0, 0.2, 0.6, 0.8, 1], curve.Shares);
        Assert.Equal([0, 0.5, 1, 1, 1], curve.Gains);
        Assert.Equal(2.5, curve.Lifts[0]);
        Tolerance.Check(curve.Lifts[1], 1 / 0.6);
    }

    [Fact]
    public void Thresholds_are_the_best_of_all_there_are()
    {
        var sample = new Sample(output);
        var truth = sample.Coins(400, 0.3);
        var scores = sample.Scores(truth);
        var confusions = scores.Append(double.PositiveInfinity).Distinct().Select(threshold => BinaryConfusion.At(threshold, truth, scores))
            .ToArray();
        var costs = new DecisionCosts(FalsePositive: 1, FalseNegative: 4, TruePositive: -0.5);

        var best = ThresholdChoice.MaximumF(truth, scores).Value;
        Assert.Equal(confusions.Max(confusion => confusion.F1.Value), best.Value);
        Assert.Equal(best.Confusion, BinaryConfusion.At(best.Threshold, truth, scores));
        Assert.Equal(
            confusions.Max(confusion => confusion.Recall.Value + confusion.Specificity.Value - 1),
                ThresholdChoice.Youden(truth, scores).Value.Value);
        Tolerance.Check(ThresholdChoice.CheapestFor(truth, scores, costs).Value.Value, confusions.Min(costs.MeanOf));
        Assert.Equal(ThresholdChoice.CostCurve(truth, scores, costs).Value.Costs.Min(),
            ThresholdChoice.CheapestFor(truth, scores, costs).Value.Value);
        Assert.Equal(
            confusions.Where(confusion => confusion.Recall.Value >= 0.8).Max(confusion => confusion.Precision.Value),
            ThresholdChoice.PrecisionAtRecall(truth, scores, 0.8).Value.Value);
        Assert.Equal(
            confusions.Where(confusion => confusion.FalsePositiveRate.Value <= 0.1).Max(confusion => confusion.Recall.Value),
            ThresholdChoice.RecallAtFalsePositiveRate(truth, scores, 0.1).Value.Value);
        Assert.True(ThresholdChoice.PrecisionAtRecall(truth, scores, 1.1).IsFailure);
    }

    private static void AskRoc(PythonOracle oracle, RocCurve curve, string question)
    {
        oracle.Expect($"{question}[0]", curve.FalsePositiveRates);
        oracle.Expect($"{question}[1]", curve.TruePositiveRates);
        oracle.Expect($"{question}[2][1:]", curve.Thresholds[1..]);
    }
}
