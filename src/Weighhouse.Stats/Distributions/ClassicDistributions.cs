using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>The distribution of a sum of squares of normal values.</summary>
public static class ChiSquaredDistribution
{
    public static double Cdf(double value, double degrees) => GammaDistribution.Cdf(value / 2, degrees / 2);

    public static double Survival(double value, double degrees) => GammaDistribution.Survival(value / 2, degrees / 2);

    /// <summary>Where the upper tail has the given probability.</summary>
    public static double UpperQuantile(double probability, double degrees)
    {
        Invariant.That(probability is > 0 and <= 1);
        return Search.FirstAtLeast(value => Survival(value, degrees) <= probability, double.MaxValue);
    }
}

/// <summary>Student's t.</summary>
public static class StudentDistribution
{
    public static double Cdf(double value, double degrees) => Survival(-value, degrees);

    public static double Survival(double value, double degrees)
    {
        var both = TwoSided(value, degrees);
        return value >= 0 ? both / 2 : 1 - both / 2;
    }

    /// <summary>The chance of a value at least as far from 0, to either side.</summary>
    public static double TwoSided(double value, double degrees)
    {
        Invariant.That(degrees > 0);
        if (double.IsInfinity(value)) return 0;
        var square = value * value;
        return BetaDistribution.Tails(degrees / (degrees + square), square / (degrees + square), degrees / 2, 0.5).Lower;
    }

    public static double Quantile(double probability, double degrees)
    {
        Invariant.That(probability is > 0 and < 1);
        if (probability == 0.5) return 0;
        var tail = Math.Min(probability, 1 - probability);
        var size = Search.FirstAtLeast(value => Survival(value, degrees) <= tail, double.MaxValue);
        return probability < 0.5 ? -size : size;
    }
}

/// <summary>Fisher's F, the ratio of two mean squares.</summary>
public static class FisherDistribution
{
    public static double Survival(double value, double above, double below)
    {
        Invariant.That(above > 0 && below > 0);
        if (value <= 0) return 1;
        var scaled = above * value;
        return BetaDistribution.Tails(below / (below + scaled), scaled / (below + scaled), below / 2, above / 2).Lower;
    }

    public static double Cdf(double value, double above, double below)
    {
        if (value <= 0) return 0;
        var scaled = above * value;
        return BetaDistribution.Tails(scaled / (below + scaled), below / (below + scaled), above / 2, below / 2).Lower;
    }

    /// <summary>Where the upper tail has the given probability.</summary>
    public static double UpperQuantile(double probability, double above, double below)
    {
        Invariant.That(probability is > 0 and <= 1);
        return Search.FirstAtLeast(value => Survival(value, above, below) <= probability, double.MaxValue);
    }
}

/// <summary>How many of independent trials succeed.</summary>
public static class BinomialDistribution
{
    public static double Probability(long hits, long trials, double chance) =>
        hits < 0 || hits > trials ? 0 : Stirling.Binomial(hits, trials, chance, 1 - chance);

    /// <summary>The chance of at most so many.</summary>
    public static double Cdf(long hits, long trials, double chance)
    {
        if (hits < 0) return 0;
        return hits >= trials ? 1 : BetaDistribution.Tails(chance, 1 - chance, hits + 1, trials - hits).Upper;
    }

    /// <summary>The chance of more than so many.</summary>
    public static double Survival(long hits, long trials, double chance)
    {
        if (hits < 0) return 1;
        return hits >= trials ? 0 : BetaDistribution.Tails(chance, 1 - chance, hits + 1, trials - hits).Lower;
    }
}
