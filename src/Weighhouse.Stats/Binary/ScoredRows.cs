using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>
/// Rows from the highest score to the lowest, gathered where scores are equal: at each step how many positives and negatives have a
/// score of at least the step's. Curves and areas are read off it.
/// </summary>
internal sealed class ScoredRows
{
    private ScoredRows(double[] thresholds, long[] positives, long[] negatives) =>
        (Thresholds, Positives, Negatives) = (thresholds, positives, negatives);

    public double[] Thresholds { get; }

    public long[] Positives { get; }

    public long[] Negatives { get; }

    public int Steps => Thresholds.Length;

    public long AllPositives => Positives is [.., var last] ? last : 0;

    public long AllNegatives => Negatives is [.., var last] ? last : 0;

    /// <summary>Why nothing can be said of such scores; null when it can.</summary>
    public static string? Problem(ReadOnlySpan<double> scores)
    {
        if (scores.IsEmpty) return "there are no rows";
        return Order.FirstNaN(scores) is var at and >= 0 ? $"the score of row {at} is not a number" : null;
    }

    public static string? ProblemOfClasses(ReadOnlySpan<bool> truth)
    {
        if (!truth.Contains(true)) return "no row is truly positive";
        return truth.Contains(false) ? null : "no row is truly negative";
    }

    public static ScoredRows Of(ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores)
    {
        Invariant.That(truth.Length == scores.Length);
        var keys = scores.ToArray();
        var labels = truth.ToArray();
        Array.Sort(keys, labels);
        var thresholds = new List<double>();
        var positives = new List<long>();
        var negatives = new List<long>();
        var (positive, negative) = (0L, 0L);
        for (var at = keys.Length - 1; at >= 0; at--)
        {
            if (labels[at]) positive++;
            else negative++;
            if (at > 0 && keys[at - 1] == keys[at]) continue;
            thresholds.Add(keys[at]);
            positives.Add(positive);
            negatives.Add(negative);
        }

        return new ScoredRows([.. thresholds], [.. positives], [.. negatives]);
    }

    public BinaryConfusion At(int step) => new(
        Positives[step], Negatives[step], AllPositives - Positives[step], AllNegatives - Negatives[step]);
}
