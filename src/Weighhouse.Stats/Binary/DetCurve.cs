using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>Detection error tradeoff: the two kinds of error against each other, the threshold rising.</summary>
public sealed record DetCurve(double[] FalsePositiveRates, double[] FalseNegativeRates, double[] Thresholds)
{
    /// <summary>From the last point without false negatives to the first without false positives; more of either adds nothing.</summary>
    public static Result<DetCurve> Of(ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores)
    {
        if ((ScoredRows.Problem(scores) ?? ScoredRows.ProblemOfClasses(truth)) is { } problem)
            return Error.Precondition($"There is no DET curve, as {problem}.");
        var rows = ScoredRows.Of(truth, scores);
        var first = Array.FindLastIndex(rows.Negatives, count => count == rows.Negatives[0]);
        var last = Array.FindIndex(rows.Positives, count => count == rows.AllPositives);
        var steps = Enumerable.Range(first, Math.Max(0, last - first + 1)).Reverse().ToArray();
        return new DetCurve(
            [.. steps.Select(step => rows.Negatives[step] / (double)rows.AllNegatives)],
            [.. steps.Select(step => (rows.AllPositives - rows.Positives[step]) / (double)rows.AllPositives)],
            [.. steps.Select(step => rows.Thresholds[step])]);
    }
}
