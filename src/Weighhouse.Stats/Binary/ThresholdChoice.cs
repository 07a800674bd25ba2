using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>A threshold chosen by what it gains, and what it does: a score of at least the threshold is a positive prediction.</summary>
/// <param name="Value">What the choice was made by: F1, Youden's J, the cost, the precision.</param>
public sealed record ThresholdChoice(double Threshold, double Value, BinaryConfusion Confusion)
{
    /// <summary>The threshold of the largest F1; of equal ones the highest.</summary>
    public static Result<ThresholdChoice> MaximumF(ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores, double beta = 1) =>
        Best(truth, scores, confusion => confusion.F(beta).OrNull);

    /// <summary>The threshold of the largest Youden's J, recall + specificity − 1.</summary>
    public static Result<ThresholdChoice> Youden(ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores) =>
        Best(truth, scores, confusion => confusion.Recall.Value + confusion.Specificity.Value - 1);

    /// <summary>The threshold of the smallest mean cost. What is predicted rightly costs nothing, or gains where a cost is
    /// negative.</summary>
    public static Result<ThresholdChoice> CheapestFor(ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores, DecisionCosts costs) =>
        Best(truth, scores, confusion => -costs.MeanOf(confusion)).Map(choice => choice with { Value = -choice.Value });

    /// <summary>The most precise threshold among those that find at least this share of the positives.</summary>
    public static Result<ThresholdChoice> PrecisionAtRecall(ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores, double recallMin) =>
        Best(truth, scores, confusion => confusion.Recall.Value >= recallMin ? confusion.Precision.OrNull : null);

    /// <summary>The threshold that finds most among those that let through at most this share of the negatives.</summary>
    public static Result<ThresholdChoice> RecallAtFalsePositiveRate(
        ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores, double falsePositiveRateMax) =>
        Best(truth, scores, confusion => confusion.FalsePositiveRate.Value <= falsePositiveRateMax ? confusion.Recall.Value : null);

    /// <summary>The mean cost of each threshold from high to low, beginning with that of predicting nothing positive.</summary>
    public static Result<(double[] Thresholds, double[] Costs)> CostCurve(
        ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores, DecisionCosts costs)
    {
        if (ScoredRows.Problem(scores) is { } problem) return Error.Precondition($"There is no cost curve, as {problem}.");
        var rows = ScoredRows.Of(truth, scores);
        var nothing = new BinaryConfusion(0, 0, rows.AllPositives, rows.AllNegatives);
        return (
            [double.PositiveInfinity, .. rows.Thresholds],
            [costs.MeanOf(nothing), .. Enumerable.Range(0, rows.Steps).Select(step => costs.MeanOf(rows.At(step)))]);
    }

    /// <summary>Looks at every threshold that separates rows, and at the one that predicts nothing positive.</summary>
    private static Result<ThresholdChoice> Best(
        ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores, Func<BinaryConfusion, double?> value)
    {
        if ((ScoredRows.Problem(scores) ?? ScoredRows.ProblemOfClasses(truth)) is { } problem)
            return Error.Precondition($"No threshold can be chosen, as {problem}.");
        var rows = ScoredRows.Of(truth, scores);
        ThresholdChoice? best = null;
        for (var step = -1; step < rows.Steps; step++)
        {
            var confusion = step < 0 ? new BinaryConfusion(0, 0, rows.AllPositives, rows.AllNegatives) : rows.At(step);
            if (value(confusion) is not { } candidate || candidate <= best?.Value) continue;
            best = new ThresholdChoice(step < 0 ? double.PositiveInfinity : rows.Thresholds[step], candidate, confusion);
        }

        return best is null ? Error.Precondition("No threshold does what is asked for.") : best;
    }
}

/// <summary>What each outcome of a decision costs; gains are negative.</summary>
public readonly record struct DecisionCosts(
    double FalsePositive, double FalseNegative, double TruePositive = 0, double TrueNegative = 0)
{
    public double MeanOf(BinaryConfusion confusion) =>
        (confusion.FalsePositives * FalsePositive + confusion.FalseNegatives * FalseNegative
            + confusion.TruePositives * TruePositive + confusion.TrueNegatives * TrueNegative) / confusion.Count;
}
