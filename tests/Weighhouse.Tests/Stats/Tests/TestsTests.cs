using Weighhouse.Stats;
using Weighhouse.Tests.Stats.Oracle;

namespace Weighhouse.Tests.Stats.Tests;

public class TestsTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Tests_of_right_and_wrong_are_those_of_statsmodels()
    {
        Assert.SkipWhen(PythonOracle.WhyAbsent is not null, PythonOracle.WhyAbsent ?? "");
        var sample = new Sample(output);
        var oracle = new PythonOracle("from statsmodels.stats.contingency_tables import mcnemar, cochrans_q", "from scipy import stats");
        foreach (var (first, second) in new[] { (1L, 9L), (6, 6), (30, 12), (700, 620), (0, 3) })
        {
            oracle.Run($"exact = mcnemar([[50, {first}], [{second}, 40]], exact=True)");
            oracle.Run($"square = mcnemar([[50, {first}], [{second}, 40]], exact=False)");
            var (exact, square) = (PairedTests.McNemar(first, second, McNemarMethod.Exact),
                PairedTests.McNemar(first, second, McNemarMethod.ChiSquared));
            oracle.Expect("[exact.statistic, exact.pvalue]", [exact.Statistic, exact.PValue], 1e-9);
            oracle.Expect("[square.statistic, square.pvalue]", [square.Statistic, square.PValue], 1e-9);
            oracle.Expect($"min(1, 2 * stats.binom.cdf({Math.Min(first, second)}, {first + second}, 0.5) "
                + $"- stats.binom.pmf({Math.Min(first, second)}, {first + second}, 0.5))",
                PairedTests.McNemar(first, second, McNemarMethod.MidP).PValue, 1e-9);
        }

        foreach (var (rows, models) in new[] { (12, 3), (400, 5) })
        {
            var right = sample.Coins(rows * models, 0.7);
            var test = PairedTests.CochranQ(right, models);
            oracle.Let("r", right).Run($"q = cochrans_q(r.reshape(-1, {models}))");
            oracle.Expect("[q.statistic, q.pvalue]", [test.Statistic, test.PValue], 1e-9);
        }

        await oracle.CheckAsync();
    }

    [Fact]
    public async Task Tests_of_means_are_SciPys()
    {
        Assert.SkipWhen(PythonOracle.WhyAbsent is not null, PythonOracle.WhyAbsent ?? "");
        var sample = new Sample(output);
        var (first, second) = (sample.Normal(60, 0.2, 2), sample.Exponential(45));
        var oracle = new PythonOracle("from scipy import stats");
        oracle.Let("a", first).Let("b", second);
        var (welch, paired) = (MeanTests.Welch(first, second), MeanTests.Paired(first.AsSpan(0, 45), second));
        oracle.Expect("stats.ttest_ind(a, b, equal_var=False)", [welch.Statistic, welch.PValue], 1e-9);
        oracle.Expect("stats.ttest_rel(a[:45], b)", [paired.Statistic, paired.PValue], 1e-9);
        // Harvey, Leybourne and Newbold's formula, written out.
        oracle.Run("d = a[:45] - b; n = 45; h = 3; m = d - d.mean()");
        oracle.Run("v = (m @ m + 2 * (m[1:] @ m[:-1]) + 2 * (m[2:] @ m[:-2])) / n");
        oracle.Run("t = d.mean() / math.sqrt(v / n) * math.sqrt((n + 1 - 2 * h + h * (h - 1) / n) / n) if v > 0 else float('nan')");
        var forecast = PairedTests.DieboldMariano(first.AsSpan(0, 45), second, 3);
        oracle.Expect("[t, 2 * stats.t.sf(abs(t), n - 1)]", [forecast.Statistic, forecast.PValue], 1e-9);
        await oracle.CheckAsync();
    }

    [Fact]
    public async Task Adjusted_p_values_are_those_of_statsmodels()
    {
        Assert.SkipWhen(PythonOracle.WhyAbsent is not null, PythonOracle.WhyAbsent ?? "");
        var sample = new Sample(output);
        var oracle = new PythonOracle("from statsmodels.stats.multitest import multipletests");
        foreach (var count in new[] { 1, 2, 7, 60 })
        {
            double[] values = [.. sample.Uniform(count).Select(value => value * value * value), 0.04, 0.04];
            oracle.Let("p", values);
            oracle.Expect("multipletests(p, method='holm')[1]", ManyTests.Holm(values), 1e-9);
            oracle.Expect("multipletests(p, method='bonferroni')[1]", ManyTests.Bonferroni(values), 1e-9);
            oracle.Expect("multipletests(p, method='fdr_bh')[1]", ManyTests.BenjaminiHochberg(values), 1e-9);
            oracle.Expect("multipletests(p, method='fdr_by')[1]", ManyTests.BenjaminiYekutieli(values), 1e-9);
        }

        await oracle.CheckAsync();
        Assert.Equal([0.04, double.NaN, 0.02], ManyTests.Holm([0.04, double.NaN, 0.01]));
    }

    [Fact]
    public void Five_repetitions_of_two_halves_are_tested_as_Dietterich_does()
    {
        double[] differences = [0.02, 0.01, 0.03, 0.03, 0.01, 0.02, 0.02, 0.04, 0.01, 0.03];
        var test = PairedTests.FiveByTwo(differences);

        Tolerance.Check(test.Statistic, 0.02 / Math.Sqrt((0.0001 + 0 + 0.0001 + 0.0004 + 0.0004) / 2 / 5), 1e-12);
        Tolerance.Check(test.PValue, StudentDistribution.TwoSided(test.Statistic, 5), 1e-15);
        Assert.Contains("same", PairedTests.FiveByTwo(new double[10]).Reason);
    }

    [Fact]
    public void A_paired_bootstrap_finds_a_difference_and_no_other()
    {
        var sample = new Sample(output);
        var noise = sample.Normal(200);
        double Difference(double shift, ReadOnlySpan<int> rows)
        {
            var sum = 0.0;
            foreach (var row in rows) sum += noise[row] - noise.Average() + shift;
            return sum / rows.Length;
        }

        var random = new CounterRandom(5);
        var options = new BootstrapOptions { Resamples = 999 };
        Assert.Equal(0.002, Bootstrap.PairedTest(200, rows => Difference(1, rows), random, options).PValue, 1e-12);
        Assert.InRange(Bootstrap.PairedTest(200, rows => Difference(0, rows), random, options).PValue, 0.8, 1);
    }

    [Fact]
    public void Models_that_agree_everywhere_are_not_tested()
    {
        Assert.Contains("same rows", PairedTests.McNemar([true, false], [true, false]).Reason);
        Assert.Contains("same rows", PairedTests.CochranQ([true, true, false, false], 2).Reason);
        Assert.Equal("mcnemar exact", PairedTests.McNemar(10, 14).Method);
        Assert.Equal("mcnemar mid-p", PairedTests.McNemar(10, 15).Method);
        var test = PairedTests.McNemar([true, true, true, false], [false, false, true, true], McNemarMethod.Exact);
        Assert.Equal((1, 1), (test.Statistic, test.PValue));
    }
}
