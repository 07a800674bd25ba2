using System.Runtime.InteropServices;
using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>A figure of some of the rows, which may be named more than once; NaN where they have none.</summary>
public delegate double RowStatistic(ReadOnlySpan<int> rows);

/// <summary>How an interval is read off the resamples.</summary>
public enum BootstrapMethod
{
    /// <summary>The quantiles of the resamples as they are.</summary>
    Percentile,

    /// <summary>Quantiles moved for bias and for a spread that changes with the figure (BCa, Efron 1987).</summary>
    BiasCorrectedAccelerated,
}

/// <summary>What is drawn and how often.</summary>
public sealed record BootstrapOptions
{
    /// <summary>More than this takes hours and changes nothing.</summary>
    public const int ResamplesMax = 1_000_000;

    /// <value>2,000: the ends of a 95 % interval then move by about a twentieth of its width from seed to seed.</value>
    public int Resamples { get; init; } = 2000;

    /// <value>0.95.</value>
    public double Level { get; init; } = Interval.DefaultLevel;

    /// <value>BCa.</value>
    public BootstrapMethod Method { get; init; } = BootstrapMethod.BiasCorrectedAccelerated;

    /// <summary>The stratum of each row: every resample draws as many rows of each as there are, such as of each class.</summary>
    /// <value>Null: rows are drawn from all.</value>
    public IReadOnlyList<int>? Strata { get; init; }

    /// <summary>The cluster of each row, such as its user: whole clusters are drawn, as their rows are not independent.</summary>
    /// <value>Null: every row is a cluster of its own.</value>
    public IReadOnlyList<int>? Clusters { get; init; }
}

/// <summary>
/// The spread of a figure, found by drawing rows again and again. Resample number n draws from stream n of the given chance, so the
/// result is a
/// function of the seed and the rows alone.
/// </summary>
public static class Bootstrap
{
    public static Interval Interval(int rows, RowStatistic statistic, CounterRandom random, BootstrapOptions? options = null)
    {
        options ??= new BootstrapOptions();
        var name = options.Method == BootstrapMethod.Percentile ? "bootstrap percentile" : "bootstrap bca";
        if (rows < 2) return Stats.Interval.Undefined(name, $"{rows} rows cannot be drawn again", options.Level);
        var units = ResamplingUnits.Of(rows, options);
        if (units.Problem is { } few) return Stats.Interval.Undefined(name, few, options.Level);
        var estimate = statistic(units.All);
        if (double.IsNaN(estimate)) return Stats.Interval.Undefined(name, "the figure itself is undefined", options.Level);
        var draws = Draws(units, statistic, random, options.Resamples);
        if (Order.FirstNaN(draws) >= 0)
            return Stats.Interval.Undefined(name, "the figure is undefined for some resamples: draw each class by itself (strata)",
                options.Level, estimate);
        Array.Sort(draws);
        if (draws[0] == draws[^1] && draws[0] == estimate)
            return Stats.Interval.Undefined(name, "every resample gives the same figure, so that nothing tells the spread", options.Level,
                estimate);
        var tail = (1 - options.Level) / 2;
        var (low, high) = (tail, 1 - tail);
        if (options.Method == BootstrapMethod.BiasCorrectedAccelerated)
        {
            var bias = (Order.CountBelow(draws, estimate) + Order.CountUpTo(draws, estimate)) / 2.0 / draws.Length;
            if (bias is 0 or 1)
                return Stats.Interval.Undefined(name, "the figure lies outside its resamples, so that their bias cannot be told",
                    options.Level, estimate);
            if (Acceleration(units, statistic) is not { } acceleration)
                return Stats.Interval.Undefined(name, "the figure does not change, or is undefined, when one row is left out",
                    options.Level, estimate);
            (low, high) = (Moved(low, bias, acceleration), Moved(high, bias, acceleration));
        }

        return new Interval(estimate, Order.Quantile(draws, low), Order.Quantile(draws, high), options.Level, name);
    }

    /// <summary>The figure of each resample, in the order of their numbers.</summary>
    public static double[] Draws(int rows, RowStatistic statistic, CounterRandom random, BootstrapOptions? options = null)
    {
        options ??= new BootstrapOptions();
        return Draws(ResamplingUnits.Of(rows, options), statistic, random, options.Resamples);
    }

    /// <summary>
    /// Whether a difference of two models on the same rows is other than 0: twice the share of resamples on the other side of 0, and
    /// never less than 2/(B + 1).
    /// </summary>
    public static TestResult PairedTest(int rows, RowStatistic difference, CounterRandom random, BootstrapOptions? options = null)
    {
        options ??= new BootstrapOptions();
        var units = ResamplingUnits.Of(rows, options);
        if (units.Problem is { } few) return TestResult.Undefined("paired bootstrap", few);
        var estimate = difference(units.All);
        var draws = Draws(units, difference, random, options.Resamples);
        if (double.IsNaN(estimate) || Order.FirstNaN(draws) >= 0)
            return TestResult.Undefined("paired bootstrap",
                "the difference is undefined for some resamples: draw each class by itself (strata)");
        Array.Sort(draws);
        var below = Order.CountUpTo(draws, 0);
        var above = draws.Length - Order.CountBelow(draws, 0);
        return new TestResult("paired bootstrap", estimate, Math.Min(1, 2.0 * (Math.Min(below, above) + 1) / (draws.Length + 1)));
    }

    /// <summary>The level at which the corrected interval reads the resamples.</summary>
    internal static double Moved(double level, double bias, double acceleration)
    {
        var shift = NormalDistribution.Quantile(bias);
        var place = shift + NormalDistribution.Quantile(level);
        return NormalDistribution.Cdf(shift + place / (1 - acceleration * place));
    }

    private static double[] Draws(ResamplingUnits units, RowStatistic statistic, CounterRandom random, int resamples)
    {
        Invariant.That(resamples is > 0 and <= BootstrapOptions.ResamplesMax);
        var draws = new double[resamples];
        var rows = new List<int>(units.All.Length);
        for (var at = 0; at < resamples; at++)
        {
            units.Draw(random.Stream((ulong)at), rows);
            draws[at] = statistic(CollectionsMarshal.AsSpan(rows));
        }

        return draws;
    }

    /// <summary>The skewness of what leaving out one unit does; null when that does nothing.</summary>
    private static double? Acceleration(ResamplingUnits units, RowStatistic statistic)
    {
        var (cubes, squares) = (new NeumaierSum(), new NeumaierSum());
        foreach (var stratum in units.Strata)
        {
            var without = new double[stratum.Length];
            for (var at = 0; at < stratum.Length; at++) without[at] = statistic(units.Without(stratum[at]));
            var mean = Sums.Mean(without);
            foreach (var value in without)
            {
                var push = (mean - value) * (stratum.Length - 1) / stratum.Length;
                cubes.Add(push * push * push);
                squares.Add(push * push);
            }
        }

        var skewness = cubes.Value / Math.Pow(squares.Value, 1.5) / 6;
        return double.IsFinite(skewness) ? skewness : null;
    }
}
