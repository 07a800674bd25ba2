namespace Weighhouse.Stats;

/// <summary>
/// Loader's saddle-point pieces. Binomial and Poisson probabilities come from them at full precision, where a difference of large
/// logarithms of gamma functions would have lost most of it.
/// </summary>
internal static class Stirling
{
    private const double LogTwoPi = 1.8378770664093454836;

    /// <summary>From here six terms of the series are exact to the last bit.</summary>
    private const double SeriesFrom = 15;

    public static double LogGamma(double value)
    {
        // Below, the formula subtracts numbers that nearly cancel.
        var shift = 0.0;
        for (; value < 7; value++) shift += Math.Log(value);
        return (value - 0.5) * Math.Log(value) - value + LogTwoPi / 2 + Error(value) - shift;
    }

    /// <summary>log(x!) less Stirling's formula for it.</summary>
    public static double Error(double value)
    {
        var sum = 0.0;
        for (; value < SeriesFrom; value++) sum += Distance(value);
        var square = 1 / (value * value);
        return sum + (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680 - square
            * (1.0 / 1188 - square * 691.0 / 360360))))) / value;
    }

    /// <summary>The binomial probability of <paramref name="hits"/> in <paramref name="trials"/>, continued to broken numbers.</summary>
    public static double Binomial(double hits, double trials, double chance, double otherwise)
    {
        var misses = trials - hits;
        if (hits == 0) return Math.Exp(trials * LogOf(otherwise, chance));
        if (misses == 0) return Math.Exp(trials * LogOf(chance, otherwise));
        if (chance == 0 || otherwise == 0) return 0;
        var exponent = Error(trials) - Error(hits) - Error(misses)
            - Deviance(hits, trials * chance) - Deviance(misses, trials * otherwise);
        return Math.Exp(exponent) * Math.Sqrt(trials / hits / misses / (2 * Math.PI));
    }

    /// <summary>The Poisson probability of <paramref name="hits"/>, continued to broken numbers.</summary>
    public static double Poisson(double hits, double mean)
    {
        if (mean == 0) return hits == 0 ? 1 : 0;
        if (hits == 0) return Math.Exp(-mean);
        return Math.Exp(-Error(hits) - Deviance(hits, mean)) / Math.Sqrt(2 * Math.PI * hits);
    }

    /// <summary>log p, by way of 1 − p where that is the smaller one.</summary>
    public static double LogOf(double chance, double otherwise) => otherwise < 0.5 ? LogOnePlus(-otherwise) : Math.Log(chance);

    /// <summary>log(1 + x) at full precision near 0, where 1 + x has lost it.</summary>
    public static double LogOnePlus(double value)
    {
        var sum = 1 + value;
        if (sum == 1) return value;
        // Kahan: the error of the sum cancels out in the quotient.
        return Math.Log(sum) * (value / (sum - 1));
    }

    /// <summary>exp(x) − 1 at full precision near 0.</summary>
    public static double ExpMinusOne(double value)
    {
        if (Math.Abs(value) > 0.5) return Math.Exp(value) - 1;
        var power = Math.Exp(value);
        if (power == 1) return value;
        return (power - 1) * value / Math.Log(power);
    }

    /// <summary>x log(x/M) + M − x, which is small near x = M and must not be had by subtraction there.</summary>
    private static double Deviance(double value, double mean)
    {
        var difference = value - mean;
        if (Math.Abs(difference) >= 0.1 * (value + mean)) return value * Math.Log(value / mean) + mean - value;
        var ratio = difference / (value + mean);
        var sum = difference * ratio;
        var power = 2 * value * ratio;
        for (var odd = 3; ; odd += 2)
        {
            power *= ratio * ratio;
            var next = sum + power / odd;
            if (next == sum) return next;
            sum = next;
        }
    }

    /// <summary>What one step towards infinity takes off the error: (x + ½) log(1 + 1/x) − 1.</summary>
    private static double Distance(double value) =>
        value == 0 ? double.PositiveInfinity : (value + 0.5) * LogOnePlus(1 / value) - 1;
}
