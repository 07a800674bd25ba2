using Weighhouse.Stats;
using Weighhouse.Tests.Stats.Oracle;
using TestResult = Weighhouse.Stats.TestResult;

namespace Weighhouse.Tests.Stats.Drift;

public class DriftTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Drift_of_counts_is_SciPys_and_that_of_statsmodels()
    {
        Assert.SkipWhen(PythonOracle.WhyAbsent is not null, PythonOracle.WhyAbsent ?? "");
        var sample = new Sample(output);
        var oracle = new PythonOracle(
            "from scipy import stats", "from scipy.spatial.distance import jensenshannon",
                "from statsmodels.stats.proportion import proportions_ztest");
        foreach (var places in new[] { 2, 5, 20 })
        {
            long[] first = [.. sample.Below(200, places).Select(count => count + 1L)];
            long[] second = [.. sample.Below(90, places).Select((count, at) => at == 0 ? 0L : count + 1)];
            oracle.Let("a", first.Select(count => (double)count)).Let("b", second.Select(count => (double)count));
            Ask(oracle, "stats.chi2_contingency([a, b], correction=False)[:2]", CountDrift.ChiSquared(first, second));
            Ask(oracle, "stats.chi2_contingency([a, b], correction=False, lambda_='log-likelihood')[:2]", CountDrift.GTest(first, second));
            oracle.Expect("jensenshannon(a, b, base=2)", CountDrift.JensenShannon(first, second).Value, 1e-9);
            oracle.Run("p = a / a.sum(); q = b / b.sum(); n = a.sum(); m = b.sum(); k = len(a)");
            oracle.Expect("math.sqrt(np.sum((np.sqrt(p) - np.sqrt(q)) ** 2) / 2)", CountDrift.Hellinger(first, second).Value, 1e-12);
            oracle.Expect("np.max(np.abs(p - q))", CountDrift.LargestDifference(first, second).Value, 1e-12);
            oracle.Expect("np.sum(np.abs(p - q)) / 2", CountDrift.TotalVariation(first, second).Value, 1e-12);
            oracle.Expect("stats.entropy(q, p)", CountDrift.KullbackLeibler(first, second).Value, 1e-12);
            oracle.Run("psi = lambda a, b, k: np.sum((a / (n + k / 2) - b / (m + k / 2)) * np.log(a / (n + k / 2) / b * (m + k / 2)))");
            oracle.Expect("psi(a + .5, b + .5, k)", CountDrift.PopulationStability(first, second).Value, 1e-11);
            // Places of few rows are tested as one, and with the smallest other where that is still few.
            oracle.Run("least = 5 * (n + m) / min(n, m); few = (a + b) < least");
            oracle.Run("x, y = a[few].sum(), b[few].sum(); c, d = a[~few], b[~few]");
            oracle.Run("alone = x + y >= least or len(c) == 0; e = np.arange(len(c)) == (np.argmin(c + d) if len(c) else -1)");
            oracle.Run("c, d = (np.append(c, x), np.append(d, y)) if alone else (c + x * e, d + y * e)");
            oracle.Run("i = psi(c + .5, d + .5, len(c))");
            // Where all of them are few, one place is left, of which nothing can be said.
            Ask(oracle, "[i, stats.chi2.sf(n * m / (n + m) * i, len(c) - 1)] if len(c) > 1 else [np.nan] * 2",
                CountDrift.PopulationStabilityTest(first, second));
            oracle.Run("x = max(0, stats.chi2_contingency([a, b], correction=False)[0] / (n + m) - (k - 1) / (n + m - 1))");
            oracle.Expect("math.sqrt(x / min(k - (k - 1) ** 2 / (n + m - 1) - 1, 1 - 1 / (n + m - 1)))",
                CountDrift.CramerV(first, second).Value, 1e-9);
        }

        Ask(oracle, "proportions_ztest([30, 20], [100, 110])", CountDrift.TwoShares(20, 110, 30, 100));
        await oracle.CheckAsync();
    }

    [Fact]
    public async Task Drift_of_values_is_SciPys()
    {
        Assert.SkipWhen(PythonOracle.WhyAbsent is not null, PythonOracle.WhyAbsent ?? "");
        var sample = new Sample(output);
        var oracle = new PythonOracle("from scipy import stats");
        foreach (var (first, second) in new[] { (4, 5), (30, 30), (200, 130), (700, 300), (3000, 3000), (12_000, 11_000), (20_000, 120) })
        {
            double[] left = [.. sample.Normal(first).Select(value => Math.Round(value, 2))];
            double[] right = [.. sample.Normal(second, 0.1, 1.05).Select(value => Math.Round(value, 2))];
            oracle.Let("a", left).Let("b", right);
            Ask(oracle, "stats.ks_2samp(a, b)", ValueDrift.KolmogorovSmirnov(left, right));
            oracle.Expect("stats.wasserstein_distance(a, b)", ValueDrift.Wasserstein(left, right).Value, 1e-12);
            oracle.Expect("stats.wasserstein_distance(a, b) / np.std(a)", ValueDrift.StandardizedWasserstein(left, right).Value, 1e-12);
            oracle.Expect("stats.wasserstein_distance(a, b) / stats.iqr(a) * 1.349", ValueDrift.RobustWasserstein(left, right).Value,
                1e-12);
            oracle.Expect("stats.energy_distance(a, b)", ValueDrift.Energy(left, right).Value, 1e-11);
        }

        await oracle.CheckAsync();
    }

    [Fact]
    public void Without_rows_there_is_no_distance()
    {
        Assert.Equal("one of the two sides has no rows", CountDrift.PopulationStability([1, 2], [0, 0]).Reason);
        Assert.Equal("all rows are in one and the same place", CountDrift.ChiSquared([5, 0], [7, 0]).Reason);
        Assert.Equal("place 1 is new: the divergence is infinite", CountDrift.KullbackLeibler([5, 0], [7, 1]).Reason);
        Assert.Contains("in the current rows row 1 is NaN", ValueDrift.KolmogorovSmirnov([1, 2], [1, double.NaN]).Reason);
        Assert.Equal("half of the reference or more is one and the same value", ValueDrift.RobustWasserstein([1, 1, 1], [2]).Reason);
    }

    [Fact]
    public void P_values_without_drift_are_even()
    {
        var sample = new Sample(output);
        const int Rounds = 2000;
        var alarms = new Dictionary<string, int>();
        void Count(TestResult test) => alarms[test.Method] = alarms.GetValueOrDefault(test.Method) + (test.PValue <= 0.05 ? 1 : 0);
        for (var round = 0; round < Rounds; round++)
        {
            var (left, right) = (sample.Normal(2000), sample.Normal(500));
            Count(ValueDrift.KolmogorovSmirnov(left, right));
            var edges = FixedHistogram.QuantileEdges(left, 10).Value;
            var (first, second) = (FixedHistogram.Create(edges).Value, FixedHistogram.Create(edges).Value);
            first.Add(left);
            second.Add(right);
            // Bins at the sample's own quantiles: each holds a tenth of it, and the rest of the chance is the other side's.
            Count(CountDrift.PopulationStabilityTest(first.Counts, second.Counts));
            Count(CountDrift.ChiSquared(Thirds(sample.Uniform(800)), Thirds(sample.Uniform(300))));
        }

        foreach (var (method, count) in alarms) output.WriteLine($"{method}: {count / (double)Rounds:P1}");
        var reach = 5 * Math.Sqrt(0.05 * 0.95 / Rounds);
        Assert.All(alarms.Values, count => Assert.InRange(count / (double)Rounds, 0.02, 0.05 + reach));
        Assert.InRange(alarms["chi-squared"] / (double)Rounds, 0.05 - reach, 0.05 + reach);
    }

    [Fact]
    public void A_shift_of_a_fifth_of_a_deviation_is_found_in_5000_rows()
    {
        var sample = new Sample(output);
        var found = Enumerable.Range(0, 100)
            .Count(_ => ValueDrift.KolmogorovSmirnov(sample.Normal(20_000), sample.Normal(5000, 0.2)).PValue < 0.001);
        Assert.True(found >= 99, $"{found} of 100");
    }

    [Fact]
    public void A_turned_correlation_is_found_by_what_looks_at_columns_together()
    {
        var sample = new Sample(output);
        double[] Rows(int count, double correlation) => [.. Enumerable.Range(0, count).SelectMany(_ =>
        {
            var (x, z) = (sample.Random.NextNormal(), sample.Random.NextNormal());
            return new[] { x, correlation * x + Math.Sqrt(1 - correlation * correlation) * z };
        })];

        var random = new CounterRandom(1);
        var found = TableDrift.DomainClassifier(Rows(600, 0.8), Rows(600, -0.8), 2, random);
        Assert.True(found.Test.PValue < 1e-9 && found.Area.Low > 0.7);
        var nothing = TableDrift.DomainClassifier(Rows(600, 0.8), Rows(600, 0.8), 2, random);
        Assert.True(nothing.Test.PValue > 1e-4 && nothing.Area.Estimate < 0.58);
        Assert.True(TableDrift.MeanDiscrepancy(Rows(150, 0.8), Rows(150, -0.8), 2, random, 200).PValue < 0.01);
        Assert.True(TableDrift.MeanDiscrepancy(Rows(150, 0.8), Rows(150, 0.8), 2, random, 200).PValue > 0.001);
        Assert.Contains("too small", TableDrift.DomainClassifier(Rows(5, 0), Rows(50, 0), 2, random).Test.Reason);
    }

    [Fact]
    public void Blocks_of_time_keep_their_likeness_in_the_null_distribution()
    {
        var sample = new Sample(output);
        var value = 0.0;
        double Next() => value = 0.9 * value + Math.Sqrt(1 - 0.81) * sample.Random.NextNormal();
        double[] reference = [.. Enumerable.Range(0, 20_000).Select(_ => Next())];
        var sorted = Order.SortedCopy(reference);
        double Distance(ReadOnlySpan<double> window) => ValueDrift.Wasserstein(sorted, window).Value;
        var blocks = BlockResampling.NullDistribution(reference, 500, 100, Distance, new CounterRandom(2), 200);
        var rows = BlockResampling.NullDistribution(reference, 500, 1, Distance, new CounterRandom(2), 200);

        // Rows drawn one by one pretend to be four times as many as neighbours that are alike.
        Assert.True(blocks[100] > 1.8 * rows[100]);
        var (alarms, rounds) = (0, 150);
        for (var round = 0; round < rounds; round++)
        {
            double[] window = [.. Enumerable.Range(0, 500).Select(_ => Next())];
            if (BlockResampling.PValue(blocks, Distance(window)) <= 0.05) alarms++;
        }

        output.WriteLine($"{alarms} of {rounds}");
        Assert.True(alarms <= rounds * 0.08 + 5 * Math.Sqrt(rounds * 0.08 * 0.92));
    }

    private static long[] Thirds(double[] values) =>
        [values.Count(value => value < 0.2), values.Count(value => value is >= 0.2 and < 0.6), values.Count(value => value >= 0.6)];

    private static void Ask(PythonOracle oracle, string question, TestResult test) =>
        oracle.Expect(question, [test.Statistic, test.PValue], 1e-9);
}
