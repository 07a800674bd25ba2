using Weighhouse.Stats;

namespace Weighhouse.Evaluation.Judging;

/// <summary>Figures of a model that says any number of labels.</summary>
internal static class MultilabelJudge
{
    public static IReadOnlyList<Measure> Measure(bool[] truth, bool[] predicted, double[]? scores, int labels)
    {
        var measures = new Measures();
        var rows = truth.Length / labels;
        var (right, wrong) = (0L, new double[rows]);
        var (hits, sizes) = (new double[truth.Length], new double[truth.Length]);
        for (var row = 0; row < rows; row++)
        {
            if (truth.AsSpan(row * labels, labels).SequenceEqual(predicted.AsSpan(row * labels, labels))) right++;
            for (var at = row * labels; at < (row + 1) * labels; at++)
            {
                if (truth[at] != predicted[at]) wrong[row] += 1.0 / labels;
                hits[at] = truth[at] && predicted[at] ? 2 : 0;
                sizes[at] = (truth[at] ? 1 : 0) + (predicted[at] ? 1 : 0);
            }
        }

        measures.Share("subset_accuracy", right, rows);
        measures.Add("hamming_loss", MultilabelFigures.HammingLoss(truth, predicted, labels), MeanInterval.Student(wrong), false);
        measures.Add("f1_micro", LinearInterval.Ratio(SumRows(hits, labels), SumRows(sizes, labels)));
        measures.Add("f1_macro", LinearInterval.MeanOfRatios(hits, sizes, labels));
        if (scores is not null) MeasureScores(measures, truth, scores, labels);
        return measures.All;
    }

    public static IReadOnlyList<ClassMeasures> PerLabel(LabelRows rows)
    {
        var all = new List<ClassMeasures>();
        var (truth, predicted) = (new bool[rows.Count], new bool[rows.Count]);
        for (var label = 0; label < rows.Labels.Count; label++)
        {
            for (var row = 0; row < rows.Count; row++)
                (truth[row], predicted[row]) = (rows.Truth[row * rows.Labels.Count + label],
                    rows.Predicted[row * rows.Labels.Count + label]);
            var counts = BinaryConfusion.Of(truth, predicted);
            all.Add(new ClassMeasures(rows.Labels[label], counts.Positives, MulticlassJudge.OfClass(counts)));
        }

        return all;
    }

    private static void MeasureScores(Measures measures, bool[] truth, double[] scores, int labels)
    {
        var rows = truth.Length / labels;
        var (coverage, precision, ranking) = (new double[rows], new double[rows], new double[rows]);
        for (var row = 0; row < rows; row++)
        {
            var own = truth.AsSpan(row * labels, labels);
            var given = scores.AsSpan(row * labels, labels);
            coverage[row] = MultilabelFigures.CoverageError(own, given, labels).OrNull ?? double.NaN;
            precision[row] = MultilabelFigures.RankingAveragePrecision(own, given, labels).OrNull ?? double.NaN;
            ranking[row] = MultilabelFigures.RankingLoss(own, given, labels).OrNull ?? double.NaN;
        }

        measures.Add("coverage_error", MultilabelFigures.CoverageError(truth, scores, labels), MeanInterval.Student(coverage), false);
        measures.Add(
            "ranking_average_precision", MultilabelFigures.RankingAveragePrecision(truth, scores, labels), MeanInterval.Student(precision));
        measures.Add("ranking_loss", MultilabelFigures.RankingLoss(truth, scores, labels), MeanInterval.Student(ranking), false);
    }

    private static double[] SumRows(double[] values, int labels)
    {
        var sums = new double[values.Length / labels];
        for (var at = 0; at < values.Length; at++) sums[at / labels] += values[at];
        return sums;
    }
}
