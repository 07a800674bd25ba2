using Weighhouse.Stats;
using Weighhouse.Tests.Stats.Oracle;

namespace Weighhouse.Tests.Stats.Sequential;

/// <summary>Looked at after every row: an ordinary 95 % interval would leave the truth out in far more than 5 % of such
/// simulations.</summary>
public class SequentialTests(ITestOutputHelper output)
{
    [Fact]
    public void An_always_valid_share_holds_the_truth_at_every_look()
    {
        var sample = new Sample(output);
        var (rounds, left, ordinary) = (400, 0, 0);
        for (var round = 0; round < rounds; round++)
        {
            const double Share = 0.2;
            var interval = new AlwaysValidProportion();
            var (wasLeft, wasOrdinary) = (false, false);
            for (var look = 0; look < 60; look++)
            {
                var hits = sample.Coins(10, Share).Count(isHit => isHit);
                interval.Add(hits, 10);
                wasLeft |= interval.HasRefuted(Share);
                wasOrdinary |= !ProportionInterval.Wilson(interval.Hits, interval.Trials).Contains(Share);
            }

            left += wasLeft ? 1 : 0;
            ordinary += wasOrdinary ? 1 : 0;
        }

        output.WriteLine($"left out by {left}, by Wilson's by {ordinary} of {rounds}");
        Assert.True(left <= rounds * 0.05 + 5 * Math.Sqrt(rounds * 0.05 * 0.95));
        Assert.True(ordinary > rounds * 0.15);
    }

    [Fact]
    public void The_beta_binomial_bound_is_where_the_mixture_beats_a_share()
    {
        var interval = new AlwaysValidProportion();
        interval.Add(30, 100);
        foreach (var end in new[] { interval.Interval.Low, interval.Interval.High })
        {
            // Σ over all shares of the likelihood, 1/(101 C(100, 30)), against that of the end.
            var evidence = -Math.Log(101) + Math.Log(1 / BinomialDistribution.Probability(30, 100, end));
            Assert.Equal(Math.Log(20), evidence, 1e-9);
        }

        Assert.True(interval.HasRefuted(0.5) && !interval.HasRefuted(0.3));
        Assert.False(new AlwaysValidProportion().Interval.IsDefined);
    }

    [Fact]
    public void A_mixture_test_rarely_alarms_without_a_difference_and_finds_one()
    {
        var sample = new Sample(output);
        var (rounds, alarms, left, found) = (300, 0, 0, 0);
        for (var round = 0; round < rounds; round++)
        {
            var (same, other) = (new MixtureTest(scale: 0.2), new MixtureTest(scale: 0.2));
            for (var row = 0; row < 1500; row++)
            {
                var (first, second) = (sample.Random.NextNormal(), sample.Random.NextNormal());
                same.AddFirst(first);
                same.AddSecond(second);
                other.AddFirst(first + 0.25);
                other.AddSecond(second);
            }

            alarms += same.PValue <= 0.05 ? 1 : 0;
            left += other.Interval.Contains(0.25) ? 0 : 1;
            found += other.PValue <= 0.05 ? 1 : 0;
        }

        output.WriteLine($"{alarms} false alarms, {left} left out, {found} found of {rounds}");
        var most = rounds * 0.05 + 5 * Math.Sqrt(rounds * 0.05 * 0.95);
        Assert.True(alarms <= most && left <= most);
        Assert.True(found > 0.95 * rounds);
    }

    [Fact]
    public void Before_enough_rows_nothing_is_said()
    {
        var test = new MixtureTest(1);
        for (var row = 0; row < MixtureTest.RowsMin - 1; row++)
        {
            test.AddFirst(row % 2);
            test.AddSecond(5 + row % 2);
        }

        Assert.Equal(1, test.PValue);
        Assert.False(test.Interval.IsDefined);
        test.AddFirst(1);
        test.AddSecond(6);
        Assert.True(test.PValue < 1e-6);
    }
}
