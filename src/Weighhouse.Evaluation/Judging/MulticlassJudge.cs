using Weighhouse.Stats;

namespace Weighhouse.Evaluation.Judging;

/// <summary>Figures of a model that says one class of several.</summary>
internal static class MulticlassJudge
{
    private const int TopClasses = 3;
    private const string Biased = "its spread is not told: it is biased upwards by chance itself";

    public static IReadOnlyList<Measure> Measure(int[] truth, int[] predicted, double[]? scores, int classes)
    {
        var measures = new Measures();
        var table = MulticlassConfusion.Of(truth, predicted, classes);
        measures.Share("accuracy", table.Correct, table.Count);
        measures.Add("balanced_accuracy", table.BalancedAccuracy, ConfusionInterval.Of(table, ConfusionFigure.MacroRecall));
        measures.Add("precision_macro", table.Precision(Averaging.Macro), ConfusionInterval.Of(table, ConfusionFigure.MacroPrecision));
        measures.Add("f1_macro", table.F(Averaging.Macro), ConfusionInterval.Of(table, ConfusionFigure.MacroF1));
        measures.Add("f1_weighted", table.F(Averaging.Weighted), ConfusionInterval.Of(table, ConfusionFigure.WeightedF1));
        measures.Add("matthews", table.MatthewsCorrelation, ConfusionInterval.Of(table, ConfusionFigure.Matthews));
        measures.Add("kappa", table.CohenKappa(), ConfusionInterval.Of(table, ConfusionFigure.Kappa));
        if (scores is not null) MeasureScores(measures, truth, scores, classes);
        return measures.All;
    }

    public static IReadOnlyList<ClassMeasures> PerClass(ClassRows rows)
    {
        var table = MulticlassConfusion.Of(rows.Truth, rows.Predicted, rows.Classes.Count);
        return [.. rows.Classes.Select((name, kind) => new ClassMeasures(name, table.OfTruth(kind), OfClass(table.OneAgainstRest(kind))))];
    }

    public static IReadOnlyList<Measure> OfClass(BinaryConfusion counts)
    {
        var measures = new Measures();
        measures.Share("precision", counts.TruePositives, counts.PredictedPositives);
        measures.Share("recall", counts.TruePositives, counts.Positives);
        measures.Add("f1", counts.F1, MeanInterval.F1(counts));
        return measures.All;
    }

    private static void MeasureScores(Measures measures, int[] truth, double[] scores, int classes)
    {
        if (classes > TopClasses)
        {
            var top = MulticlassScores.TopAccuracy(truth, scores, classes, TopClasses);
            if (top.IsDefined) measures.Share("top_3_accuracy", (long)Math.Round(top.Value * truth.Length), truth.Length);
        }

        measures.Add(
            "roc_auc_ovr", MulticlassScores.AreaOneAgainstRest(truth, scores, classes, Averaging.Macro),
            DeLong.OneAgainstRest(truth, scores, classes));
        if (!BinaryJudge.AreProbabilities(scores)) return;
        var (losses, squares) = (new double[truth.Length], new double[truth.Length]);
        for (var row = 0; row < losses.Length; row++)
        {
            losses[row] = -Math.Log(scores[row * classes + truth[row]]);
            for (var kind = 0; kind < classes; kind++)
                squares[row] += Math.Pow(scores[row * classes + kind] - (truth[row] == kind ? 1 : 0), 2);
        }

        measures.Add("log_loss", ProbabilityLoss.LogLoss(truth, scores, classes), MeanInterval.Student(losses), false);
        measures.Add("brier", ProbabilityLoss.Brier(truth, scores, classes), MeanInterval.Student(squares), false);
        measures.Plain("calibration_error", CalibrationBins.ClasswiseError(truth, scores, classes), false, Biased);
    }
}
