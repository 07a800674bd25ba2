using Weighhouse.Stats;
using Weighhouse.Tests.Stats.Oracle;

namespace Weighhouse.Tests.Stats.Intervals;

public class IntervalTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Intervals_of_shares_are_those_of_statsmodels()
    {
        Assert.SkipWhen(PythonOracle.WhyAbsent is not null, PythonOracle.WhyAbsent ?? "");
        var oracle = new PythonOracle("from statsmodels.stats.proportion import *");
        foreach (var (hits, trials) in new[] { (0L, 10L), (1, 10), (5, 10), (10, 10), (37, 120), (9990, 10_000) })
            foreach (var level in new[] { 0.8, 0.95, 0.99 })
            {
                var wilson = ProportionInterval.Wilson(hits, trials, level);
                var exact = ProportionInterval.ClopperPearson(hits, trials, level);
                oracle.Expect($"np.clip(proportion_confint({hits}, {trials}, alpha=1-{level}, method='wilson'), 0, 1).round(16)",
                    [Math.Round(wilson.Low, 15), Math.Round(wilson.High, 15)], 1e-9);
                oracle.Expect($"proportion_confint({hits}, {trials}, alpha=1-{level}, method='beta')", [exact.Low, exact.High], 1e-9);
            }

        foreach (var (first, firstTrials, second, secondTrials) in new[] { (7L, 25L, 25L, 47L), (56, 70, 48, 80), (1, 30, 0, 30) })
        {
            var difference = ProportionInterval.Newcombe(first, firstTrials, second, secondTrials);
            oracle.Expect($"confint_proportions_2indep({first}, {firstTrials}, {second}, {secondTrials}, method='newcomb')",
                [difference.Low, difference.High], 1e-9);
        }

        var ratio = ProportionInterval.Ratio(56, 70, 48, 80);
        oracle.Expect("confint_proportions_2indep(56, 70, 48, 80, compare='ratio', method='log')", [ratio.Low, ratio.High], 1e-9);
        await oracle.CheckAsync();
    }

    [Fact]
    public async Task Intervals_of_means_are_SciPys_and_those_of_clusters_are_statsmodels()
    {
        Assert.SkipWhen(PythonOracle.WhyAbsent is not null, PythonOracle.WhyAbsent ?? "");
        var sample = new Sample(output);
        var values = sample.Exponential(200);
        var clusters = sample.Below(30, 200);
        var (student, clustered) = (MeanInterval.Student(values), MeanInterval.Clustered(values, clusters));
        var oracle = new PythonOracle("from scipy import stats", "import statsmodels.api as sm");
        oracle.Let("x", values).Let("g", clusters);
        oracle.Expect("stats.t.interval(0.95, 199, np.mean(x), stats.sem(x))", [student.Low, student.High], 1e-9);
        // statsmodels also corrects for the rows, by (n − 1)/(n − 1) when only a mean is fitted.
        oracle.Run("fit = sm.OLS(x, np.ones((200, 1))).fit(cov_type='cluster', cov_kwds={'groups': g}, use_t=True)");
        oracle.Expect("fit.conf_int()", [clustered.Low, clustered.High], 1e-9);
        await oracle.CheckAsync();
    }

    [Fact]
    public async Task BCa_reads_resamples_where_SciPy_does()
    {
        Assert.SkipWhen(PythonOracle.WhyAbsent is not null, PythonOracle.WhyAbsent ?? "");
        var sample = new Sample(output);
        var values = sample.Exponential(40);
        double Mean(ReadOnlySpan<int> rows)
        {
            var sum = 0.0;
            foreach (var row in rows) sum += values[row];
            return sum / rows.Length;
        }

        var random = new CounterRandom(3);
        var interval = Bootstrap.Interval(40, Mean, random, new BootstrapOptions { Resamples = 500 });
        var percentile = Bootstrap.Interval(40, Mean, random,
            new BootstrapOptions { Resamples = 500, Method = BootstrapMethod.Percentile });
        var oracle = new PythonOracle("from scipy.stats import _resampling");
        oracle.Let("x", values).Let("b", Bootstrap.Draws(40, Mean, random, new BootstrapOptions { Resamples = 500 }));
        oracle.Run("low, high, a = _resampling._bca_interval((x,), np.mean, -1, 0.025, b, None)");
        oracle.Expect("[np.percentile(b, low * 100), np.percentile(b, high * 100)]", [interval.Low, interval.High], 1e-9);
        oracle.Expect("np.percentile(b, [2.5, 97.5])", [percentile.Low, percentile.High], 1e-12);
        await oracle.CheckAsync();
    }

    [Fact]
    public void Resamples_repeat_and_keep_strata_and_clusters_whole()
    {
        int[] strata = [0, 0, 0, 1, 1, 1, 1];
        int[] clusters = [1, 1, 2, 3, 3, 3, 4];
        var options = new BootstrapOptions { Resamples = 50, Strata = strata, Clusters = clusters };
        double Check(ReadOnlySpan<int> rows)
        {
            var drawn = rows.ToArray();
            foreach (var cluster in clusters.Distinct())
            {
                var counts = Enumerable.Range(0, 7).Where(row => clusters[row] == cluster).Select(row => drawn.Count(other => other == row))
                    .Distinct();
                Assert.Single(counts);
            }

            // Two clusters of either stratum: as many as there are.
            Assert.Equal(2, drawn.Where(row => strata[row] == 0).Sum(row => 1.0 / clusters.Count(cluster => cluster == clusters[row])),
                1e-12);
            return drawn.Sum() + drawn.Length;
        }

        Assert.Equal(Bootstrap.Draws(7, Check, new CounterRandom(1), options), Bootstrap.Draws(7, Check, new CounterRandom(1), options));
        Assert.NotEqual(Bootstrap.Draws(7, Check, new CounterRandom(1), options), Bootstrap.Draws(7, Check, new CounterRandom(2), options));
        var mixed = Bootstrap.Interval(7, Check, new CounterRandom(1), options with { Clusters = [1, 1, 3, 3, 3, 3, 4] });
        Assert.Contains("two strata", mixed.Reason);
    }

    [Fact]
    public void An_interval_that_nothing_tells_the_width_of_is_undefined()
    {
        Assert.False(ProportionInterval.Wilson(0, 0).IsDefined);
        Assert.Contains("separate", DeLong.Interval([false, false, true, true], [0.1, 0.2, 0.8, 0.9]).Reason);
        Assert.Contains("one row", DeLong.Interval([false, false, true], [0.1, 0.2, 0.8]).Reason);
        Assert.Contains("same figure", Bootstrap.Interval(5, static _ => 1, new CounterRandom(1)).Reason);
        Assert.Contains("undefined for some",
            Bootstrap.Interval(3, static rows => rows.Contains(0) ? 1 : double.NaN, new CounterRandom(1)).Reason);
        Assert.Contains("slope", MeanInterval.F1(new BinaryConfusion(5, 0, 0, 5)).Reason);
    }

    [Fact]
    public void F1_by_the_delta_method_agrees_with_the_bootstrap()
    {
        var sample = new Sample(output);
        var truth = sample.Coins(3000, 0.4);
        bool[] predicted = [.. truth.Select(isTrue => sample.Random.NextDouble() < (isTrue ? 0.7 : 0.2))];
        double F1(ReadOnlySpan<int> rows)
        {
            var (hits, wrong) = (0, 0);
            foreach (var row in rows)
            {
                if (truth[row] && predicted[row]) hits++;
                else if (truth[row] != predicted[row]) wrong++;
            }

            return 2.0 * hits / (2 * hits + wrong);
        }

        var delta = MeanInterval.F1(BinaryConfusion.Of(truth, predicted));
        var bootstrap = Bootstrap.Interval(3000, F1, new CounterRandom(9), new BootstrapOptions { Resamples = 1000 });
        Assert.Equal(bootstrap.High - bootstrap.Low, delta.High - delta.Low, (delta.High - delta.Low) * 0.12);
        Assert.Equal(bootstrap.Estimate, delta.Estimate, 1e-14);
    }
}
