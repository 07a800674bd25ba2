using Weighhouse.Stats;
using Weighhouse.Tests.Stats.Oracle;

namespace Weighhouse.Tests.Stats.Sequential;

/// <summary>A canary looked at after every few requests, while its share grows.</summary>
public class HarmTestTests(ITestOutputHelper output)
{
    private const int Rounds = 200;
    private static readonly double[] Shares = [0.1, 0.25, 0.5];

    [Theory]
    [InlineData(0.02, 0.05)]
    [InlineData(0.10, 0.13)]
    [InlineData(0.0005, 0.0305)]
    public void Three_points_worse_is_found_and_no_worse_is_not(double usual, double worse)
    {
        var sample = new Sample(output);
        var (found, alarms, requests) = (0, 0, 0L);
        for (var round = 0; round < Rounds; round++)
        {
            if (Run(sample, usual, worse, out var needed)) found++;
            if (Run(sample, usual, usual, out _)) alarms++;
            requests += needed;
        }

        output.WriteLine($"found {found}, false alarms {alarms} of {Rounds}, after {requests / Rounds} requests");
        Assert.True(found >= 0.95 * Rounds);
        Assert.True(alarms <= 0.01 * Rounds);
    }

    /// <summary>The bet is fair, to the last digit: this is why it may be looked at as often as anybody likes.</summary>
    [Theory]
    [InlineData(0.1, 1)]
    [InlineData(0.5, 1)]
    [InlineData(0.9, 1.5)]
    public void What_one_bad_request_does_to_the_evidence_is_even_when_the_ratio_is_the_tolerated_one(double share, double tolerance)
    {
        var (hit, missed) = (new HarmTest(0.01, tolerance), new HarmTest(0.01, tolerance));
        hit.Add(share, 1, 0);
        missed.Add(share, 0, 1);

        var tolerated = share * tolerance / (share * tolerance + 1 - share);
        Assert.Equal(1, tolerated * hit.Evidence + (1 - tolerated) * missed.Evidence, 1e-12);
        var better = 0.8 * tolerated;
        Assert.True(better * hit.Evidence + (1 - better) * missed.Evidence < 1);
        Assert.True(hit.Evidence > 1 && missed.Evidence < 1);
    }

    [Fact]
    public void Parts_add_up_in_any_order_and_nothing_is_known_of_nothing()
    {
        var (once, parts) = (new HarmTest(0.01), new HarmTest(0.01));
        Assert.Equal(1, once.Evidence, 1e-12);
        once.Add(0.1, 7, 20);
        once.Add(0.5, 30, 10);
        parts.Add(0.5, 30, 4);
        parts.Add(0.1, 7, 0);
        parts.Add(0.5, 0, 6);
        parts.Add(0.1, 0, 20);

        Assert.Equal(Math.Log(once.Evidence), Math.Log(parts.Evidence), 1e-9);
        Assert.Equal(once.HasFound, parts.HasFound);
    }

    [Fact]
    public void Few_failures_are_enough_where_there_were_none()
    {
        var test = new HarmTest(0.01);
        test.Add(0.1, 2, 0);
        Assert.False(test.HasFound);
        test.Add(0.1, 2, 0);
        Assert.True(test.HasFound, $"{test.Evidence} of {test.Bound}");
    }

    [Fact]
    public void More_often_within_the_tolerance_is_no_harm()
    {
        var (strict, tolerant) = (new HarmTest(0.01), new HarmTest(0.01, tolerance: 1.5));
        strict.Add(0.5, 1_300, 1_000);
        tolerant.Add(0.5, 1_300, 1_000);
        Assert.True(strict.HasFound && !tolerant.HasFound);
    }

    [Fact]
    public void A_million_bad_requests_neither_overflow_nor_fade()
    {
        var test = new HarmTest(0.01);
        test.Add(0.5, 1_000_000, 900_000);
        Assert.True(test.HasFound);
        Assert.Equal(double.PositiveInfinity, test.Evidence);
        test.Add(0.5, 0, 3_000_000);
        Assert.Equal(0, test.Evidence, 1e-12);
    }

    private static bool Run(Sample sample, double usual, double canary, out int requests)
    {
        var test = new HarmTest(0.01 / 3);
        requests = 0;
        foreach (var share in Shares)
        {
            for (var look = 0; look < 400; look++)
            {
                var (ours, theirs) = (0, 0);
                for (var i = 0; i < 20; i++)
                {
                    var isCanary = sample.Random.NextDouble() < share;
                    if (sample.Random.NextDouble() >= (isCanary ? canary : usual)) continue;
                    if (isCanary) ours++;
                    else theirs++;
                }

                requests += 20;
                test.Add(share, ours, theirs);
                if (test.HasFound) return true;
            }
        }

        return false;
    }
}
