namespace Weighhouse.Stats;

/// <summary>Whether means differ.</summary>
public static class MeanTests
{
    /// <summary>Two independent samples whose spreads may differ (Welch).</summary>
    public static TestResult Welch(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        if (first.Length < 2 || second.Length < 2) return TestResult.Undefined("welch t", "a sample of fewer than two rows has no spread");
        return Welch(first.Length, Sums.Mean(first), Sums.Variance(first), second.Length, Sums.Mean(second), Sums.Variance(second));
    }

    /// <summary>The same from counts, means and variances.</summary>
    public static TestResult Welch(
        long firstCount, double firstMean, double firstVariance, long secondCount, double secondMean, double secondVariance)
    {
        var (left, right) = (firstVariance / firstCount, secondVariance / secondCount);
        if (!(left + right > 0)) return TestResult.Undefined("welch t", "neither sample has a spread");
        var statistic = (firstMean - secondMean) / Math.Sqrt(left + right);
        var degrees = (left + right) * (left + right) / (left * left / (firstCount - 1) + right * right / (secondCount - 1));
        return new TestResult("welch t", statistic, StudentDistribution.TwoSided(statistic, degrees), degrees);
    }

    /// <summary>The same rows measured twice.</summary>
    public static TestResult Paired(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        Kernel.Invariant.That(first.Length == second.Length);
        if (first.Length < 2) return TestResult.Undefined("paired t", "fewer than two rows have no spread");
        var differences = new double[first.Length];
        for (var at = 0; at < differences.Length; at++) differences[at] = first[at] - second[at];
        var variance = Sums.Variance(differences);
        if (!(variance > 0)) return TestResult.Undefined("paired t", "every row differs by the same");
        var statistic = Sums.Mean(differences) / Math.Sqrt(variance / differences.Length);
        return new TestResult("paired t", statistic, StudentDistribution.TwoSided(statistic, differences.Length - 1),
            differences.Length - 1);
    }
}
