using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>The regularised incomplete beta function.</summary>
public static class BetaDistribution
{
    public static double Cdf(double value, double first, double second) => Tails(value, 1 - value, first, second).Lower;

    public static double Survival(double value, double first, double second) => Tails(value, 1 - value, first, second).Upper;

    public static double Quantile(double probability, double first, double second)
    {
        Invariant.That(probability is >= 0 and <= 1);
        return Search.FirstAtLeast(value => Cdf(value, first, second) >= probability, 1);
    }

    /// <summary>Where the upper tail has the given probability.</summary>
    public static double UpperQuantile(double probability, double first, double second) => 1 - Quantile(probability, second, first);

    /// <param name="value">x, between 0 and 1.</param>
    /// <param name="rest">1 − x, given by itself as it may be too small to be had by subtraction.</param>
    internal static (double Lower, double Upper) Tails(double value, double rest, double first, double second)
    {
        Invariant.That(first > 0 && second > 0);
        if (double.IsNaN(value)) return (double.NaN, double.NaN);
        if (value <= 0) return (0, 1);
        if (rest <= 0) return (1, 0);
        var density = Stirling.Binomial(first, first + second, value, rest);
        if (value <= (first + 1) / (first + second + 2))
        {
            var lower = Math.Min(1, density * second / (first + second) / Fraction(value, first, second));
            return (lower, 1 - lower);
        }

        var upper = Math.Min(1, density * first / (first + second) / Fraction(rest, second, first));
        return (1 - upper, upper);
    }

    private static double Fraction(double value, double first, double second)
    {
        var sum = first + second;
        var fraction = new ContinuedFraction(1);
        for (var at = 0; !fraction.IsDone; at++)
        {
            var place = first + 2 * at;
            if (at > 0) fraction.Add(at * (second - at) * value / ((place - 1) * place), 1);
            fraction.Add(-(first + at) * (sum + at) * value / (place * (place + 1)), 1);
        }

        return fraction.Value;
    }
}
