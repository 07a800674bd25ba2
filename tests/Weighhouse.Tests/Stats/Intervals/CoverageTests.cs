using Weighhouse.Stats;
using Weighhouse.Tests.Stats.Oracle;

namespace Weighhouse.Tests.Stats.Intervals;

/// <summary>
/// Intervals of 95 % hold the truth in 93.5 to 96.5 % of simulations, whatever the seed: the bounds below leave room for the noise of the
/// simulation itself, five standard errors of it.
/// </summary>
public class CoverageTests(ITestOutputHelper output)
{
    [Fact]
    public void Wilsons_interval_covers()
    {
        var sample = new Sample(output);
        // Whole-number outcomes make coverage jump with the share, so shares are drawn as they come in practice.
        AssertCovers(10_000, () =>
        {
            var share = 0.05 + 0.9 * sample.Random.NextDouble();
            return ProportionInterval.Wilson(sample.Coins(150, share).Count(isHit => isHit), 150).Contains(share);
        });
    }

    [Fact]
    public void DeLongs_interval_covers()
    {
        var sample = new Sample(output);
        // Normal scores one deviation apart: the area is Φ(1/√2).
        var area = NormalDistribution.Cdf(1 / Math.Sqrt(2));
        bool[] truth = [.. Enumerable.Range(0, 200).Select(row => row % 2 == 0)];
        AssertCovers(4000, () =>
            DeLong.Interval(truth, [.. truth.Select(isTrue => (isTrue ? 1 : 0) + sample.Random.NextNormal())]).Contains(area));
    }

    [Fact]
    public void BCa_covers_the_mean_of_skewed_values()
    {
        var sample = new Sample(output);
        var options = new BootstrapOptions { Resamples = 600 };
        AssertCovers(1200, () =>
        {
            var values = sample.Exponential(150);
            return Bootstrap.Interval(150, rows => Mean(values, rows), new CounterRandom(sample.Random.Next()), options).Contains(1);
        });
    }

    [Fact]
    public void Intervals_of_clusters_cover_where_those_of_rows_do_not()
    {
        var sample = new Sample(output);
        int[] clusters = [.. Enumerable.Range(0, 240).Select(row => row / 6)];
        var (rowsCovered, rounds) = (0, 2000);
        AssertCovers(rounds, () =>
        {
            var shared = sample.Normal(40);
            double[] values = [.. clusters.Select(cluster => shared[cluster] + 0.5 * sample.Random.NextNormal())];
            if (MeanInterval.Student(values).Contains(0)) rowsCovered++;
            return MeanInterval.Clustered(values, clusters).Contains(0);
        });
        Assert.True(rowsCovered < 0.75 * rounds);
    }

    private static double Mean(double[] values, ReadOnlySpan<int> rows)
    {
        var sum = 0.0;
        foreach (var row in rows) sum += values[row];
        return sum / rows.Length;
    }

    private void AssertCovers(int rounds, Func<bool> covers)
    {
        var covered = Enumerable.Range(0, rounds).Count(_ => covers()) / (double)rounds;
        output.WriteLine($"{covered:P2} of {rounds}");
        var noise = 5 * Math.Sqrt(0.95 * 0.05 / rounds);
        Assert.InRange(covered, 0.95 - Math.Max(0.015, noise), 0.95 + Math.Max(0.015, noise));
    }
}
