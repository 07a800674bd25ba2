using Weighhouse.Stats;
using Weighhouse.Tests.Stats.Oracle;

namespace Weighhouse.Tests.Stats.Multilabel;

public class MultilabelTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Figures_of_labels_are_sklearns()
    {
        Assert.SkipWhen(PythonOracle.WhyAbsent is not null, PythonOracle.WhyAbsent ?? "");
        var sample = new Sample(output);
        var oracle = new PythonOracle("from sklearn.metrics import *");
        foreach (var (rows, labels) in new[] { (3, 4), (200, 3), (500, 8) })
        {
            var truth = sample.Coins(rows * labels, 0.4);
            var predicted = sample.Coins(rows * labels, 0.4);
            double[] scores = [.. sample.Uniform(rows * labels).Select(score => Math.Round(score, 1))];
            oracle.Let("a", truth).Let("b", predicted).Let("c", scores);
            oracle.Run($"y = a.reshape(-1, {labels}); p = b.reshape(-1, {labels}); s = c.reshape(-1, {labels})");
            oracle.Expect("accuracy_score(y, p)", MultilabelFigures.SubsetAccuracy(truth, predicted, labels));
            oracle.Expect("hamming_loss(y, p)", MultilabelFigures.HammingLoss(truth, predicted, labels));
            oracle.Expect("precision_score(y, p, average='samples')",
                MultilabelFigures.OverRows(truth, predicted, labels, row => row.Precision));
            oracle.Expect("recall_score(y, p, average='samples')", MultilabelFigures.OverRows(truth, predicted, labels, row => row.Recall));
            oracle.Expect("f1_score(y, p, average='samples')", MultilabelFigures.OverRows(truth, predicted, labels, row => row.F1));
            oracle.Expect("jaccard_score(y, p, average='samples')",
                MultilabelFigures.OverRows(truth, predicted, labels, row => row.Jaccard));
            oracle.Expect("coverage_error(y, s)", MultilabelFigures.CoverageError(truth, scores, labels));
            oracle.Expect("label_ranking_average_precision_score(y, s)", MultilabelFigures.RankingAveragePrecision(truth, scores, labels));
            oracle.Expect("label_ranking_loss(y, s)", MultilabelFigures.RankingLoss(truth, scores, labels));
        }

        await oracle.CheckAsync();
    }

    [Fact]
    public void A_row_without_labels_has_no_recall()
    {
        var recall = MultilabelFigures.OverRows([true, false, false, false], [true, false, true, false], 2, row => row.Recall);

        Assert.Equal("row 1: no row is truly positive", recall.Reason);
        Assert.Equal(0.5, recall.InSklearn);
    }
}
