using Weighhouse.Stats;

namespace Weighhouse.Evaluation.Judging;

/// <summary>What scores of yes or no show as curves and tables.</summary>
internal static class ScoreTables
{
    private const int Steps = 20;

    public static void Curves(string? name, bool[] truth, double[] scores, int pointsMax, List<Curve> curves)
    {
        if (RocCurve.Of(truth, scores).TryGet(out var roc, out _))
        {
            curves.Add(Thin(
                "roc", name, RocCurve.Area(truth, scores).OrNull, roc.FalsePositiveRates, roc.TruePositiveRates, roc.Thresholds,
                    pointsMax));
        }

        if (PrecisionRecallCurve.Of(truth, scores).TryGet(out var precise, out _))
        {
            curves.Add(Thin(
                "precision_recall", name, PrecisionRecallCurve.AveragePrecision(truth, scores).OrNull, precise.Recalls, precise.Precisions,
                [.. precise.Thresholds, double.PositiveInfinity], pointsMax));
        }
    }

    public static CalibrationTable? Calibration(string? name, bool[] truth, double[] scores)
    {
        if (!BinaryJudge.AreProbabilities(scores) || !CalibrationBins.Of(truth, scores).TryGet(out var bins, out _)) return null;
        var line = Stats.CalibrationLine.Of(truth, scores);
        return new CalibrationTable(
            name, bins.ExpectedError, bins.MaximumError, bins.DebiasedSquaredError.OrNull,
            line.IsFailure ? null : line.Value.Slope, line.IsFailure ? null : line.Value.Intercept,
            [.. bins.Bins.Select(static bin =>
            {
                var interval = ProportionInterval.Wilson((long)Math.Round(bin.Frequency * bin.Count), bin.Count);
                return new CalibrationLine(bin.Low, bin.High, bin.Count, bin.MeanProbability, bin.Frequency, interval.Low, interval.High);
            })]);
    }

    /// <summary>Probabilities by steps of a twentieth, other scores by parts of equally many rows.</summary>
    public static IReadOnlyList<ThresholdLine> Thresholds(bool[] truth, double[] scores)
    {
        if (scores.Length == 0 || scores.Any(double.IsNaN)) return [];
        var sorted = BinaryJudge.AreProbabilities(scores) ? null : Order.SortedCopy(scores);
        return
        [
            .. Enumerable.Range(0, Steps + 1)
                .Select(step => sorted is null ? step / (double)Steps : Order.Quantile(sorted, step / (double)Steps))
                .Where(double.IsFinite).Distinct().Select(threshold => LineAt(threshold, truth, scores)),
        ];
    }

    public static IReadOnlyList<ChosenThreshold> Chosen(bool[] truth, double[] scores)
    {
        var chosen = new List<ChosenThreshold>();
        if (ThresholdChoice.MaximumF(truth, scores).TryGet(out var best, out _)) chosen.Add(Choice("f1", best));
        if (ThresholdChoice.Youden(truth, scores).TryGet(out best, out _)) chosen.Add(Choice("youden", best));
        return chosen;
    }

    private static ChosenThreshold Choice(string by, ThresholdChoice choice) => new(by, Finite(choice.Threshold), choice.Value);

    private static ThresholdLine LineAt(double threshold, bool[] truth, double[] scores)
    {
        var counts = BinaryConfusion.At(threshold, truth, scores);
        return new ThresholdLine(
            threshold, counts.TruePositives, counts.FalsePositives, counts.FalseNegatives, counts.TrueNegatives, counts.Precision.OrNull,
            counts.Recall.OrNull, counts.F1.OrNull);
    }

    private static Curve Thin(string name, string? kind, double? area, double[] x, double[] y, double[] thresholds, int pointsMax)
    {
        var (kept, deviation) = CurveThinning.Thin(x, y, pointsMax);
        return new Curve(
            name, kind, area, x.Length, deviation, [.. kept.Select(at => x[at])], [.. kept.Select(at => y[at])],
            [.. kept.Select(at => Finite(thresholds[at]))]);
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
