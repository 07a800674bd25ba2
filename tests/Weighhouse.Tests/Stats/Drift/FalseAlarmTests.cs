using Weighhouse.Stats;
using Weighhouse.Tests.Stats.Oracle;
using TestResult = Weighhouse.Stats.TestResult;

namespace Weighhouse.Tests.Stats.Drift;

/// <summary>
/// Twenty features that do not drift: normal, log-normal and exponential numbers, categories by Zipf's law from two to a thousand.
/// A window is
/// alarmed about when any of its features is significant after adjustment.
/// </summary>
public class FalseAlarmTests(ITestOutputHelper output)
{
    private const int Reference = 100_000;
    private const double Chance = 0.01;
    private static readonly int[] Categories = [2, 10, 50, 200, 1000];

    [Theory]
    [InlineData(200, 1500)]
    [InlineData(1000, 800)]
    public void Windows_without_drift_are_alarmed_about_in_one_of_a_hundred(int rows, int windows)
    {
        var sample = new Sample(output);
        var features = Features(sample);
        var alarms = 0;
        for (var window = 0; window < windows; window++)
        {
            double[] values = [.. features.Select(feature => feature.Test(rows).PValue)];
            if (ManyTests.BenjaminiHochberg(values).Min() <= Chance) alarms++;
        }

        output.WriteLine($"{alarms} of {windows} windows of {rows} rows");
        Assert.True(alarms <= windows * Chance + 5 * Math.Sqrt(windows * Chance * (1 - Chance)));
    }

    [Fact]
    public void Shifts_wider_tails_and_new_categories_are_found_in_5000_rows()
    {
        var sample = new Sample(output);
        const int Rounds = 400;
        var numbers = new Feature(sample, sample.Random.NextNormal);
        var logNormal = new Feature(sample, () => Math.Exp(sample.Random.NextNormal()));

        AssertFound(0.99, () => numbers.Test(5000, static value => value + 0.2));
        AssertFound(0.85, () => numbers.Test(5000, static value => value + 0.1));
        AssertFound(0.99, () => logNormal.Test(5000, static value => value * 1.65));
        // One row of a hundred is of a category that the reference never had; two of a hundred are missing.
        AssertFound(0.99, () => CountDrift.TwoShares(0, Reference, sample.Coins(5000, 0.01).Count(isNew => isNew), 5000));
        AssertFound(0.99, () => CountDrift.TwoShares(0, Reference, sample.Coins(5000, 0.02).Count(isNew => isNew), 5000));

        // In this share of all windows, give or take what the number of rounds leaves open.
        void AssertFound(double share, Func<TestResult> test)
        {
            var found = Enumerable.Range(0, Rounds).Count(_ => test().PValue <= Chance / 20);
            output.WriteLine($"{found} of {Rounds} found, {share:P0} asked for");
            Assert.True(found >= Rounds * share - 5 * Math.Sqrt(Rounds * share * (1 - share)));
        }
    }

    private static Feature[] Features(Sample sample)
    {
        var random = sample.Random;
        Func<double>[] numbers = [random.NextNormal, () => Math.Exp(random.NextNormal()), () => -Math.Log(random.NextOpen())];
        return
        [
            .. numbers.SelectMany(draw => Enumerable.Range(0, 5).Select(_ => new Feature(sample, draw))),
            .. Categories.Select(count =>
            {
                double[] cumulated = new double[count];
                for (var at = 0; at < count; at++) cumulated[at] = (at == 0 ? 0 : cumulated[at - 1]) + Math.Pow(at + 1, -1.2);
                return new Feature(sample, () => Order.CountBelow(cumulated, random.NextDouble() * cumulated[^1]), count);
            }),
        ];
    }

    /// <summary>A reference in bins, and windows of the same to hold against it.</summary>
    private sealed class Feature
    {
        private readonly Sample _sample;
        private readonly Func<double> _draw;
        private readonly double[] _edges;
        private readonly long[] _reference;

        public Feature(Sample sample, Func<double> draw, int categories = 0)
        {
            (_sample, _draw) = (sample, draw);
            var values = sample.Of(Reference, draw);
            _edges = categories > 0
                ? [.. Enumerable.Range(0, categories + 1).Select(at => at - 0.5)]
                : FixedHistogram.QuantileEdges(values, 20).Value;
            _reference = Counts(values);
        }

        public TestResult Test(int rows, Func<double, double>? change = null) => CountDrift.ChiSquared(
            _reference, Counts(_sample.Of(rows, () => change is null ? _draw() : change(_draw()))), expectedMin: 5);

        private long[] Counts(double[] values)
        {
            var histogram = FixedHistogram.Create(_edges).Value;
            histogram.Add(values);
            return histogram.Counts.ToArray();
        }
    }
}
