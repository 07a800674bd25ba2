using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>A figure of the distance of a window from its reference, the larger the further.</summary>
public delegate double WindowStatistic(ReadOnlySpan<double> window);

/// <summary>
/// P-values for traffic whose rows are not independent: windows made of blocks of the reference, cut out in time, are what no drift looks
/// like. Neighbours stay neighbours, so that their likeness is in the null distribution too.
/// </summary>
public static class BlockResampling
{
    /// <summary>The statistics of windows without drift, rising.</summary>
    /// <param name="reference">In order of time.</param>
    /// <param name="blockRows">Longer than the likeness lasts, much shorter than the reference.</param>
    public static double[] NullDistribution(
        ReadOnlySpan<double> reference, int windowRows, int blockRows, WindowStatistic statistic, CounterRandom random,
            int resamples = 1000)
    {
        Invariant.That(blockRows > 0 && blockRows <= reference.Length && windowRows > 0 && resamples > 0);
        var window = new double[windowRows];
        var statistics = new double[resamples];
        for (var at = 0; at < resamples; at++)
        {
            var stream = random.Stream((ulong)at);
            for (var filled = 0; filled < windowRows; filled += blockRows)
            {
                var taken = Math.Min(blockRows, windowRows - filled);
                reference.Slice(stream.Below(reference.Length - blockRows + 1), taken).CopyTo(window.AsSpan(filled));
            }

            statistics[at] = statistic(window);
        }

        Array.Sort(statistics);
        return statistics;
    }

    /// <summary>The share of them at least as far out, counting the window itself: never 0.</summary>
    public static double PValue(ReadOnlySpan<double> nullDistribution, double observed) =>
        (nullDistribution.Length - Order.CountBelow(nullDistribution, observed) + 1.0) / (nullDistribution.Length + 1);
}
