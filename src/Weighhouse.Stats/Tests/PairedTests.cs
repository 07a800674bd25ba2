using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>Which p-value McNemar's test gives.</summary>
public enum McNemarMethod
{
    /// <summary>Exact below 25 rows that the models disagree on, mid-p from there.</summary>
    Automatic,
    Exact,

    /// <summary>Exact, counting the very outcome half: the exact test says too little.</summary>
    MidP,

    /// <summary>Chi-squared with the correction for continuity.</summary>
    ChiSquared,
}

/// <summary>Whether two or more models differ on the same rows, folds or times.</summary>
public static class PairedTests
{
    private const long FewDiscordant = 25;

    /// <param name="firstOnly">Rows that only the first model has right.</param>
    /// <param name="secondOnly">Rows that only the second has right.</param>
    public static TestResult McNemar(long firstOnly, long secondOnly, McNemarMethod method = McNemarMethod.Automatic)
    {
        Invariant.That(firstOnly >= 0 && secondOnly >= 0);
        var discordant = firstOnly + secondOnly;
        if (method == McNemarMethod.Automatic) method = discordant < FewDiscordant ? McNemarMethod.Exact : McNemarMethod.MidP;
        var name = $"mcnemar {method switch { McNemarMethod.Exact => "exact", McNemarMethod.MidP => "mid-p", _ => "chi-squared" }}";
        if (discordant == 0) return TestResult.Undefined(name, "the models are right and wrong on the same rows");
        var fewer = Math.Min(firstOnly, secondOnly);
        if (method == McNemarMethod.ChiSquared)
        {
            var distance = Math.Abs(firstOnly - secondOnly) - 1.0;
            var statistic = distance * distance / discordant;
            return new TestResult(name, statistic, ChiSquaredDistribution.Survival(statistic, 1), 1);
        }

        var both = 2 * BinomialDistribution.Cdf(fewer, discordant, 0.5);
        if (method == McNemarMethod.MidP) both -= BinomialDistribution.Probability(fewer, discordant, 0.5);
        return new TestResult(name, fewer, Math.Min(1, both));
    }

    public static TestResult McNemar(ReadOnlySpan<bool> firstIsRight, ReadOnlySpan<bool> secondIsRight,
        McNemarMethod method = McNemarMethod.Automatic)
    {
        var confusion = BinaryConfusion.Of(firstIsRight, secondIsRight);
        return McNemar(confusion.FalseNegatives, confusion.FalsePositives, method);
    }

    /// <summary>Whether several models differ in how often they are right (Cochran's Q).</summary>
    /// <param name="isRight">A row for each row, one entry for each model.</param>
    public static TestResult CochranQ(ReadOnlySpan<bool> isRight, int models)
    {
        Invariant.That(models > 1 && isRight.Length % models == 0);
        var ofModel = new long[models];
        var (all, squares) = (0L, 0L);
        for (var at = 0; at < isRight.Length; at += models)
        {
            var right = 0L;
            for (var model = 0; model < models; model++)
            {
                if (!isRight[at + model]) continue;
                right++;
                ofModel[model]++;
            }

            all += right;
            squares += right * right;
        }

        var below = models * all - squares;
        if (below == 0) return TestResult.Undefined("cochran q", "the models are right and wrong on the same rows");
        var above = models * (Int128)ofModel.Sum(right => right * right) - (Int128)all * all;
        var statistic = (models - 1) * (double)above / below;
        return new TestResult("cochran q", statistic, ChiSquaredDistribution.Survival(statistic, models - 1), models - 1);
    }

    /// <summary>
    /// Whether two forecasts differ in loss, where losses of neighbouring times are alike (Diebold and Mariano 1995), with the correction
    /// for short series of Harvey, Leybourne and Newbold (1997).
    /// </summary>
    /// <param name="horizon">How many steps ahead was forecast: losses up to one less apart are correlated.</param>
    public static TestResult DieboldMariano(ReadOnlySpan<double> firstLosses, ReadOnlySpan<double> secondLosses, int horizon = 1)
    {
        Invariant.That(firstLosses.Length == secondLosses.Length && horizon > 0);
        const string Name = "diebold-mariano";
        var count = firstLosses.Length;
        if (count <= horizon) return TestResult.Undefined(Name, $"{count} times are too few for a horizon of {horizon}");
        var differences = new double[count];
        for (var at = 0; at < count; at++) differences[at] = firstLosses[at] - secondLosses[at];
        if (Order.FirstNaN(differences) is var nan and >= 0) return TestResult.Undefined(Name, $"a loss of time {nan} is not a number");
        var mean = Sums.Mean(differences);
        var variance = 0.0;
        for (var lag = 0; lag < horizon; lag++)
        {
            var covariance = new NeumaierSum();
            for (var at = lag; at < count; at++) covariance.Add((differences[at] - mean) * (differences[at - lag] - mean));
            variance += (lag == 0 ? 1 : 2) * covariance.Value / count;
        }

        if (variance <= 0) return TestResult.Undefined(Name,
            "the estimated variance of the differences is not above 0: take a shorter horizon");
        var correction = (count + 1 - 2.0 * horizon + horizon * (horizon - 1.0) / count) / count;
        var statistic = Math.Sqrt(correction) * mean / Math.Sqrt(variance / count);
        return new TestResult(Name, statistic, StudentDistribution.TwoSided(statistic, count - 1), count - 1);
    }

    /// <summary>Dietterich's test (1998) of five repetitions of cross-validation in two halves.</summary>
    /// <param name="differences">Ten differences of the two models: first and second half of each repetition.</param>
    public static TestResult FiveByTwo(ReadOnlySpan<double> differences)
    {
        Invariant.That(differences.Length == 10);
        var sum = new NeumaierSum();
        for (var at = 0; at < 10; at += 2)
        {
            var distance = differences[at] - differences[at + 1];
            sum.Add(distance * distance / 2);
        }

        if (sum.Value == 0) return TestResult.Undefined("5x2cv t", "both halves of every repetition differ by the same");
        var statistic = differences[0] / Math.Sqrt(sum.Value / 5);
        return new TestResult("5x2cv t", statistic, StudentDistribution.TwoSided(statistic, 5), 5);
    }
}
