using Weighhouse.Stats;

namespace Weighhouse.Evaluation.Judging;

/// <summary>Figures of a model that says yes or no.</summary>
internal static class BinaryJudge
{
    private const int CalibrationBinCount = 10;

    /// <param name="scores">Of the positive class; null for none.</param>
    /// <param name="resampling">Null to leave out what only resampling can tell the spread of.</param>
    public static IReadOnlyList<Measure> Measure(bool[] truth, bool[] predicted, double[]? scores, Resampling? resampling)
    {
        var measures = new Measures();
        var counts = BinaryConfusion.Of(truth, predicted);
        var table = MulticlassConfusion.Of(Numbers(truth), Numbers(predicted), 2);
        measures.Share("accuracy", counts.TruePositives + counts.TrueNegatives, counts.Count);
        measures.Add("balanced_accuracy", counts.BalancedAccuracy, ConfusionInterval.Of(table, ConfusionFigure.MacroRecall));
        measures.Share("precision", counts.TruePositives, counts.PredictedPositives);
        measures.Share("recall", counts.TruePositives, counts.Positives);
        measures.Share("specificity", counts.TrueNegatives, counts.Negatives);
        measures.Share("negative_predictive_value", counts.TrueNegatives, counts.PredictedNegatives);
        measures.Add("f1", counts.F1, MeanInterval.F1(counts));
        measures.Add("matthews", counts.MatthewsCorrelation, ConfusionInterval.Of(table, ConfusionFigure.Matthews));
        measures.Add("kappa", counts.CohenKappa, ConfusionInterval.Of(table, ConfusionFigure.Kappa));
        measures.Share("selection_rate", counts.PredictedPositives, counts.Count, null);
        measures.Share("prevalence", counts.Positives, counts.Count, null);
        if (scores is not null) MeasureScores(measures, truth, scores, resampling);
        return measures.All;
    }

    public static bool AreProbabilities(ReadOnlySpan<double> scores)
    {
        foreach (var score in scores)
            if (!(score is >= 0 and <= 1)) return false;
        return true;
    }

    private static void MeasureScores(Measures measures, bool[] truth, double[] scores, Resampling? resampling)
    {
        measures.Add("roc_auc", RocCurve.Area(truth, scores), DeLong.Interval(truth, scores));
        measures.Add("average_precision", PrecisionRecallCurve.AveragePrecision(truth, scores),
            LinearInterval.AveragePrecision(truth, scores));
        if (!AreProbabilities(scores)) return;
        var (losses, squares) = (new double[truth.Length], new double[truth.Length]);
        for (var row = 0; row < losses.Length; row++)
        {
            losses[row] = -Math.Log(truth[row] ? scores[row] : 1 - scores[row]);
            squares[row] = (scores[row] - (truth[row] ? 1 : 0)) * (scores[row] - (truth[row] ? 1 : 0));
        }

        measures.Add("log_loss", ProbabilityLoss.LogLoss(truth, scores), MeanInterval.Student(losses), false);
        measures.Add("brier", ProbabilityLoss.Brier(truth, scores), MeanInterval.Student(squares), false);
        if (resampling is null || !CalibrationBins.Of(truth, scores, CalibrationBinCount).TryGet(out var bins, out _)) return;
        var spread = resampling.Percentile(truth.Length, rows => ExpectedError(truth, scores, rows));
        measures.Add("calibration_error", bins.ExpectedError, spread, false);
    }

    /// <summary>The expected error of calibration of some of the rows, as <see cref="CalibrationBins"/> has it, without its
    /// allocations.</summary>
    private static double ExpectedError(bool[] truth, double[] scores, ReadOnlySpan<int> rows)
    {
        Span<double> sums = stackalloc double[CalibrationBinCount];
        sums.Clear();
        foreach (var row in rows)
        {
            var bin = Math.Clamp((int)Math.Ceiling(scores[row] * CalibrationBinCount) - 1, 0, CalibrationBinCount - 1);
            sums[bin] += scores[row] - (truth[row] ? 1 : 0);
        }

        var error = 0.0;
        foreach (var sum in sums) error += Math.Abs(sum);
        return error / rows.Length;
    }

    private static int[] Numbers(bool[] values) => [.. values.Select(static value => value ? 1 : 0)];
}
