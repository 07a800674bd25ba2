using Weighhouse.Stats;
using Weighhouse.Tests.Stats.Oracle;

namespace Weighhouse.Tests.Stats.Detection;

/// <summary>Errors of 10 % that become more frequent after 10,000 rows: how soon that is told, and how often without reason.</summary>
public class DetectionTests(ITestOutputHelper output)
{
    private const int Before = 10_000;

    [Theory]
    [InlineData(0.15, 900)]
    [InlineData(0.20, 320)]
    [InlineData(0.30, 140)]
    public void A_cumulative_sum_meets_the_goals_for_delay(double changed, double goal)
    {
        var sample = new Sample(output);
        var delay = MeanDelay(sample, changed, () =>
        {
            var detector = new BernoulliCusum(0.10, 0.15, limit: 10.8);
            return detector.Add;
        });
        output.WriteLine($"{delay:F0} rows");
        Assert.True(delay <= goal);
    }

    [Theory]
    [InlineData(0.15, 1400)]
    [InlineData(0.20, 420)]
    [InlineData(0.30, 160)]
    public void A_scan_finds_a_change_from_a_share_that_was_only_measured(double changed, double most)
    {
        var sample = new Sample(output);
        var delay = MeanDelay(sample, changed, () =>
        {
            var reference = sample.Coins(20_000, 0.10).Count(isHit => isHit);
            return new BernoulliScan(reference, 20_000, limit: 14).Add;
        });
        output.WriteLine($"{delay:F0} rows");
        Assert.True(delay <= most);
    }

    [Fact]
    public void The_cumulative_sum_keeps_its_false_alarms()
    {
        var sample = new Sample(output);
        var (alarms, rows) = (0, 2_000_000);
        var detector = new BernoulliCusum(0.10, 0.15, limit: 7.2);
        for (var row = 0; row < rows; row++)
        {
            if (!detector.Add(sample.Random.NextDouble() < 0.10)) continue;
            alarms++;
            detector.Reset();
        }

        // One in about 140,000 rows.
        output.WriteLine($"{alarms} alarms in {rows} rows");
        Assert.InRange(alarms, 2, 40);
    }

    [Fact]
    public void The_onset_is_found_near_where_it_was()
    {
        var sample = new Sample(output);
        var (sum, scan) = (new BernoulliCusum(0.10, 0.25, 10), new BernoulliScan(2000, 20_000, 14));
        var (isSummed, isScanned) = (false, false);
        for (var row = 0; !isSummed || !isScanned; row++)
        {
            var isHit = sample.Random.NextDouble() < (row < 3000 ? 0.10 : 0.30);
            isSummed = isSummed || sum.Add(isHit);
            isScanned = isScanned || scan.Add(isHit);
        }

        Assert.InRange(sum.Onset, 2800, 3100);
        Assert.InRange(scan.Onset, 2700, 3150);
    }

    [Fact]
    public void Page_and_Hinkley_add_up_deviations_from_the_mean_so_far()
    {
        var detector = new PageHinkley(new PageHinkleyOptions { Tolerance = 0, Limit = 3, Memory = 1, RowsMin = 1 });

        Assert.False(detector.Add(1));
        Assert.False(detector.Add(3));
        Tolerance.Check(detector.Rise, 1);
        // The mean is now 10/3, the deviation 8/3: 1 + 8/3 is above 3.
        Assert.True(detector.Add(6));
        Tolerance.Check(detector.Rise, 1 + 8 / 3.0);
        detector.Reset();
        Assert.True(double.IsNaN(detector.Rise));
    }

    [Fact]
    public void An_adaptive_window_grows_while_nothing_changes_and_forgets_what_was_before()
    {
        var sample = new Sample(output);
        var window = new AdaptiveWindow();
        var cuts = Enumerable.Range(0, 20_000).Count(_ => window.Add(sample.Random.NextDouble() < 0.2 ? 1 : 0));
        Assert.True(cuts <= 2, $"{cuts} cuts");
        Assert.True(window.Width > 10_000);
        for (var row = 0; row < 3000; row++) window.Add(sample.Random.NextDouble() < 0.6 ? 1 : 0);
        Assert.InRange(window.Width, 1500, 3400);
        Assert.Equal(0.6, window.Mean, 0.06);
    }

    private static double MeanDelay(Sample sample, double changed, Func<Func<bool, bool>> make)
    {
        var delays = new List<double>();
        for (var round = 0; round < 120; round++)
        {
            var add = make();
            var wasEarly = false;
            for (var row = 0; row < Before / 4; row++) wasEarly |= add(sample.Random.NextDouble() < 0.10);
            if (wasEarly) continue;
            var delay = 1;
            while (!add(sample.Random.NextDouble() < changed)) delay++;
            delays.Add(delay);
        }

        // Early alarms are rare, or the delay is bought with them.
        Assert.True(delays.Count >= 114, $"{120 - delays.Count} early alarms");
        return delays.Average();
    }
}
