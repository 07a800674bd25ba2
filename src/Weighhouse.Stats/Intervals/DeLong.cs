using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>
/// The variance of areas under ROC curves (DeLong, DeLong and Clarke-Pearson 1988), from mid-ranks in O(n log n) (Sun and Xu 2014).
/// </summary>
public static class DeLong
{
    /// <summary>The normal interval of one area, cut off at 0 and 1.</summary>
    public static Interval Interval(ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores, double level = Stats.Interval.DefaultLevel)
    {
        if (Problem(truth, scores) is { } problem) return Stats.Interval.Undefined("delong", problem, level);
        var parts = Placements.Of(truth, scores);
        var error = Math.Sqrt(parts.CovarianceWith(parts));
        // Perfect separation has no variance to tell of; an interval of no width would claim certainty.
        if (error == 0) return Stats.Interval.Undefined("delong", "the scores separate the classes, so that nothing tells the spread",
            level, parts.Area);
        return Stats.Interval.Around(parts.Area, NormalDistribution.Reach(level) * error, level, "delong").ClampedTo(0, 1);
    }

    /// <summary>
    /// The mean area of each class against the rest, each class counting alike: a row moves the areas of all classes at once, and what it
    /// moves
    /// them by is added before the spread is taken.
    /// </summary>
    /// <param name="truth">The class of each row, from 0.</param>
    /// <param name="scores">A row of scores for each, one for each class.</param>
    public static Interval OneAgainstRest(
        ReadOnlySpan<int> truth, ReadOnlySpan<double> scores, int classes, double level = Stats.Interval.DefaultLevel)
    {
        Invariant.That(truth.Length * classes == scores.Length);
        var influences = new double[truth.Length];
        var (isOfClass, column) = (new bool[truth.Length], new double[truth.Length]);
        var mean = new NeumaierSum();
        for (var kind = 0; kind < classes; kind++)
        {
            for (var row = 0; row < truth.Length; row++) (isOfClass[row], column[row]) = (truth[row] == kind, scores[row * classes + kind]);
            if (Problem(isOfClass, column) is { } problem) return Stats.Interval.Undefined("delong", $"class {kind}: {problem}", level);
            var parts = Placements.Of(isOfClass, column);
            mean.Add(parts.Area / classes);
            var (positive, negative) = (0, 0);
            for (var row = 0; row < truth.Length; row++)
            {
                var (placement, count) = isOfClass[row]
                    ? (parts.OfPositives[positive++], parts.OfPositives.Length)
                    : (parts.OfNegatives[negative++], parts.OfNegatives.Length);
                influences[row] += (placement - parts.Area) * truth.Length / count / classes;
            }
        }

        return LinearInterval.Of(mean.Value, influences, level, "delong").ClampedTo(0, 1);
    }

    /// <summary>Whether two models differ in area on the same rows.</summary>
    public static TestResult Paired(ReadOnlySpan<bool> truth, ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        if ((Problem(truth, first) ?? Problem(truth, second)) is { } problem) return TestResult.Undefined("delong paired", problem);
        var (left, right) = (Placements.Of(truth, first), Placements.Of(truth, second));
        var variance = DifferenceVariance(left, right);
        if (variance <= 0)
            return TestResult.Undefined("delong paired",
                "the two rank every pair alike or apart by the same, so that nothing tells the spread");
        var statistic = (left.Area - right.Area) / Math.Sqrt(variance);
        return new TestResult("delong paired", statistic, NormalDistribution.TwoSided(statistic));
    }

    /// <summary>The interval of the difference of two models' areas on the same rows, first less second.</summary>
    public static Interval Difference(
        ReadOnlySpan<bool> truth, ReadOnlySpan<double> first, ReadOnlySpan<double> second, double level = Stats.Interval.DefaultLevel)
    {
        if ((Problem(truth, first) ?? Problem(truth, second)) is { } problem) return Stats.Interval.Undefined("delong paired", problem,
            level);
        var (left, right) = (Placements.Of(truth, first), Placements.Of(truth, second));
        var variance = Math.Max(0, DifferenceVariance(left, right));
        return Stats.Interval.Around(left.Area - right.Area, NormalDistribution.Reach(level) * Math.Sqrt(variance), level, "delong paired");
    }

    /// <summary>Whether an area is other than ½, with the variance of scores that tell nothing: what a domain classifier is
    /// asked.</summary>
    public static TestResult AgainstChance(ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores)
    {
        if (Problem(truth, scores) is { } problem) return TestResult.Undefined("delong", problem);
        var parts = Placements.Of(truth, scores);
        var variance = parts.CovarianceWith(parts);
        if (variance <= 0)
            return parts.Area == 0.5
                ? new TestResult("delong", 0, 1)
                : new TestResult("delong", double.PositiveInfinity, 0);
        var statistic = (parts.Area - 0.5) / Math.Sqrt(variance);
        return new TestResult("delong", statistic, NormalDistribution.TwoSided(statistic));
    }

    private static double DifferenceVariance(Placements left, Placements right) =>
        left.CovarianceWith(left) + right.CovarianceWith(right) - 2 * left.CovarianceWith(right);

    private static string? Problem(ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores)
    {
        Invariant.That(truth.Length == scores.Length);
        if ((ScoredRows.Problem(scores) ?? ScoredRows.ProblemOfClasses(truth)) is { } problem) return problem;
        return truth.Count(true) is var positives && (positives < 2 || truth.Length - positives < 2)
            ? "a class of one row tells nothing of its spread"
            : null;
    }

    /// <param name="OfPositives">For each positive, the share of negatives below it.</param>
    /// <param name="OfNegatives">For each negative, the share of positives above it.</param>
    private sealed record Placements(double Area, double[] OfPositives, double[] OfNegatives)
    {
        public static Placements Of(ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores)
        {
            var (positives, negatives) = (new List<double>(), new List<double>());
            for (var at = 0; at < truth.Length; at++) (truth[at] ? positives : negatives).Add(scores[at]);
            var together = Order.MidRanks([.. positives, .. negatives]);
            var (alonePositive, aloneNegative) = (Order.MidRanks([.. positives]), Order.MidRanks([.. negatives]));
            var ofPositives = new double[positives.Count];
            var ofNegatives = new double[negatives.Count];
            for (var at = 0; at < ofPositives.Length; at++)
                ofPositives[at] = (together[at] - alonePositive[at]) / negatives.Count;
            for (var at = 0; at < ofNegatives.Length; at++)
                ofNegatives[at] = 1 - (together[positives.Count + at] - aloneNegative[at]) / positives.Count;
            return new Placements(Sums.Mean(ofPositives), ofPositives, ofNegatives);
        }

        public double CovarianceWith(Placements other) =>
            Covariance(OfPositives, other.OfPositives) / OfPositives.Length
                + Covariance(OfNegatives, other.OfNegatives) / OfNegatives.Length;

        private static double Covariance(double[] left, double[] right)
        {
            var (leftMean, rightMean) = (Sums.Mean(left), Sums.Mean(right));
            var sum = new NeumaierSum();
            for (var at = 0; at < left.Length; at++) sum.Add((left[at] - leftMean) * (right[at] - rightMean));
            return sum.Value / (left.Length - 1);
        }
    }
}
