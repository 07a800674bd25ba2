using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>The regularised incomplete gamma function, the distribution of scale 1.</summary>
public static class GammaDistribution
{
    public static double Cdf(double value, double shape) => Tails(value, shape).Lower;

    public static double Survival(double value, double shape) => Tails(value, shape).Upper;

    /// <summary>The natural logarithm of the gamma function of a positive number.</summary>
    public static double LogGamma(double value) => Stirling.LogGamma(value);

    /// <summary>Both tails; the smaller one is computed and the other is the rest.</summary>
    internal static (double Lower, double Upper) Tails(double value, double shape)
    {
        Invariant.That(shape > 0);
        if (double.IsNaN(value)) return (double.NaN, double.NaN);
        if (value <= 0) return (0, 1);
        if (double.IsPositiveInfinity(value)) return (1, 0);
        var density = Stirling.Poisson(shape, value);
        if (value < shape + 1)
        {
            var lower = Math.Min(1, density * Series(value, shape));
            return (lower, 1 - lower);
        }

        var upper = Math.Min(1, density * shape * Fraction(value, shape));
        return (1 - upper, upper);
    }

    private static double Series(double value, double shape)
    {
        var (sum, term) = (1.0, 1.0);
        for (var at = 1; ; at++)
        {
            term *= value / (shape + at);
            var next = sum + term;
            if (next == sum) return sum;
            sum = next;
        }
    }

    private static double Fraction(double value, double shape)
    {
        var fraction = new ContinuedFraction(value + 1 - shape);
        for (var at = 1; !fraction.IsDone; at++) fraction.Add(-at * (at - shape), value + 2 * at + 1 - shape);
        return 1 / fraction.Value;
    }
}
