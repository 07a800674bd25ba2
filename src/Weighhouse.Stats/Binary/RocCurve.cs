using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>Recall against the false positive rate as the threshold falls, and the area under it.</summary>
/// <param name="Thresholds">
/// From high to low. The first is infinite: nothing is predicted positive. scikit-learn 1.2.1 writes the highest score plus 1 there.
/// </param>
public sealed record RocCurve(double[] FalsePositiveRates, double[] TruePositiveRates, double[] Thresholds)
{
    /// <param name="dropCollinear">Leaves out points on a straight line between their neighbours; the area stays the same.</param>
    public static Result<RocCurve> Of(ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores, bool dropCollinear = true)
    {
        if ((ScoredRows.Problem(scores) ?? ScoredRows.ProblemOfClasses(truth)) is { } problem)
            return Error.Precondition($"There is no ROC curve, as {problem}.");
        var rows = ScoredRows.Of(truth, scores);
        var kept = Enumerable.Range(0, rows.Steps).Where(step => !dropCollinear || !IsCollinear(rows, step)).ToArray();
        return new RocCurve(
            [0, .. kept.Select(step => rows.Negatives[step] / (double)rows.AllNegatives)],
            [0, .. kept.Select(step => rows.Positives[step] / (double)rows.AllPositives)],
            [double.PositiveInfinity, .. kept.Select(step => rows.Thresholds[step])]);
    }

    /// <summary>
    /// The chance that a random positive scores higher than a random negative, equal scores counting half. Exact: pairs are counted.
    /// </summary>
    public static Figure Area(ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores)
    {
        if ((ScoredRows.Problem(scores) ?? ScoredRows.ProblemOfClasses(truth)) is { } problem) return Figure.Undefined(problem);
        return Area(ScoredRows.Of(truth, scores));
    }

    /// <summary>The area up to a false positive rate, rescaled by McClish so that chance is ½ and perfection 1.</summary>
    public static Figure PartialArea(ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores, double falsePositiveRateMax)
    {
        if (!(falsePositiveRateMax is > 0 and <= 1))
            return Figure.Undefined($"the false positive rate must end in (0, 1], not at {falsePositiveRateMax}");
        if ((ScoredRows.Problem(scores) ?? ScoredRows.ProblemOfClasses(truth)) is { } problem) return Figure.Undefined(problem);
        var rows = ScoredRows.Of(truth, scores);
        if (falsePositiveRateMax == 1) return Area(rows);
        var area = AreaUpTo(rows, falsePositiveRateMax);
        var least = falsePositiveRateMax * falsePositiveRateMax / 2;
        return 0.5 * (1 + (area - least) / (falsePositiveRateMax - least));
    }

    /// <summary>The largest distance between the distributions of positives' and negatives' scores, and the score it is at.</summary>
    public static (Figure Distance, double Threshold) KolmogorovSmirnov(ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores)
    {
        if ((ScoredRows.Problem(scores) ?? ScoredRows.ProblemOfClasses(truth)) is { } problem)
            return (Figure.Undefined(problem), double.NaN);
        var rows = ScoredRows.Of(truth, scores);
        var (best, where) = (-1.0, 0);
        for (var step = 0; step < rows.Steps; step++)
        {
            var gap = Math.Abs(rows.Positives[step] * rows.AllNegatives - rows.Negatives[step] * rows.AllPositives);
            if (gap > best) (best, where) = (gap, step);
        }

        return (best / ((double)rows.AllPositives * rows.AllNegatives), rows.Thresholds[where]);
    }

    internal static double Area(ScoredRows rows)
    {
        // Twice the won pairs plus the tied ones, in whole numbers: exact for up to 3 billion rows.
        var twice = UInt128.Zero;
        var positivesBefore = 0L;
        var negativesBefore = 0L;
        for (var step = 0; step < rows.Steps; step++)
        {
            var (positives, negatives) = (rows.Positives[step], rows.Negatives[step]);
            twice += (UInt128)(ulong)(negatives - negativesBefore) * (ulong)(positives + positivesBefore);
            (positivesBefore, negativesBefore) = (positives, negatives);
        }

        return (double)twice / 2 / ((double)rows.AllPositives * rows.AllNegatives);
    }

    private static double AreaUpTo(ScoredRows rows, double limit)
    {
        var area = new NeumaierSum();
        var (x, y) = (0.0, 0.0);
        for (var step = 0; step < rows.Steps && x < limit; step++)
        {
            var nextX = rows.Negatives[step] / (double)rows.AllNegatives;
            var nextY = rows.Positives[step] / (double)rows.AllPositives;
            if (nextX > limit) (nextX, nextY) = (limit, y + (nextY - y) * (limit - x) / (nextX - x));
            area.Add((nextX - x) * (nextY + y) / 2);
            (x, y) = (nextX, nextY);
        }

        return area.Value;
    }

    private static bool IsCollinear(ScoredRows rows, int step)
    {
        if (step == 0 || step == rows.Steps - 1 || rows.Steps <= 2) return false;
        return rows.Positives[step + 1] - rows.Positives[step] == rows.Positives[step] - rows.Positives[step - 1]
            && rows.Negatives[step + 1] - rows.Negatives[step] == rows.Negatives[step] - rows.Negatives[step - 1];
    }
}
