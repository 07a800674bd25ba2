using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>Intervals of shares: how many of how many.</summary>
public static class ProportionInterval
{
    private const string NoTrials = "there are no rows to take a share of";

    /// <summary>Wilson's score interval: the default, as its coverage stays near the level for small and extreme shares too.</summary>
    public static Interval Wilson(long hits, long trials, double level = Interval.DefaultLevel)
    {
        Check(hits, trials, level);
        if (trials == 0) return Interval.Undefined("wilson", NoTrials, level);
        var (z, share) = (NormalDistribution.Reach(level), hits / (double)trials);
        var square = z * z / trials;
        var centre = (share + square / 2) / (1 + square);
        var half = z / (1 + square) * Math.Sqrt(share * (1 - share) / trials + square / 4 / trials);
        return new Interval(share, hits == 0 ? 0 : centre - half, hits == trials ? 1 : centre + half, level, "wilson");
    }

    /// <summary>Clopper and Pearson's interval, which holds the truth at least as often as it says, and often more often.</summary>
    public static Interval ClopperPearson(long hits, long trials, double level = Interval.DefaultLevel)
    {
        Check(hits, trials, level);
        if (trials == 0) return Interval.Undefined("clopper-pearson", NoTrials, level);
        var tail = (1 - level) / 2;
        var low = hits == 0 ? 0 : BetaDistribution.Quantile(tail, hits, trials - hits + 1);
        var high = hits == trials ? 1 : BetaDistribution.UpperQuantile(tail, hits + 1, trials - hits);
        return new Interval(hits / (double)trials, low, high, level, "clopper-pearson");
    }

    /// <summary>The difference of two independent shares, first less second, by Newcombe's joining of Wilson's intervals.</summary>
    public static Interval Newcombe(
        long firstHits, long firstTrials, long secondHits, long secondTrials, double level = Interval.DefaultLevel)
    {
        if (firstTrials == 0 || secondTrials == 0) return Interval.Undefined("newcombe", NoTrials, level);
        var first = Wilson(firstHits, firstTrials, level);
        var second = Wilson(secondHits, secondTrials, level);
        var difference = first.Estimate - second.Estimate;
        return new Interval(
            difference,
            difference - Hypotenuse(first.Estimate - first.Low, second.High - second.Estimate),
            difference + Hypotenuse(first.High - first.Estimate, second.Estimate - second.Low),
            level, "newcombe");
    }

    /// <summary>The ratio of two independent shares, first over second, by the logarithm's normal interval (Katz).</summary>
    public static Interval Ratio(
        long firstHits, long firstTrials, long secondHits, long secondTrials, double level = Interval.DefaultLevel)
    {
        if (firstHits == 0 || secondHits == 0) return Interval.Undefined("katz", "a share is 0, and its logarithm infinite", level);
        var ratio = firstHits / (double)firstTrials / (secondHits / (double)secondTrials);
        var error = Math.Sqrt(1.0 / firstHits - 1.0 / firstTrials + 1.0 / secondHits - 1.0 / secondTrials);
        var factor = Math.Exp(NormalDistribution.Reach(level) * error);
        return new Interval(ratio, ratio / factor, ratio * factor, level, "katz");
    }

    private static void Check(long hits, long trials, double level) =>
        Invariant.That(hits >= 0 && hits <= trials && level is > 0 and < 1);

    private static double Hypotenuse(double left, double right) => Math.Sqrt(left * left + right * right);
}
