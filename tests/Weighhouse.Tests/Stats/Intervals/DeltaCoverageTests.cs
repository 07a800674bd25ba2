using Weighhouse.Stats;
using Weighhouse.Tests.Stats.Oracle;

namespace Weighhouse.Tests.Stats.Intervals;

/// <summary>Intervals by the delta method and its kin hold the truth as often as they say, up to the noise of the simulation.</summary>
public class DeltaCoverageTests(ITestOutputHelper output)
{
    private const int Rows = 1_000;

    /// <summary>How often each of three true classes is predicted as each.</summary>
    private static readonly int[] Table = [30, 6, 4, 5, 22, 3, 6, 2, 22];

    [Theory]
    [InlineData(ConfusionFigure.MacroRecall)]
    [InlineData(ConfusionFigure.MacroPrecision)]
    [InlineData(ConfusionFigure.MacroF1)]
    [InlineData(ConfusionFigure.WeightedF1)]
    [InlineData(ConfusionFigure.Matthews)]
    [InlineData(ConfusionFigure.Kappa)]
    public void Intervals_of_confusion_tables_cover(ConfusionFigure figure)
    {
        var sample = new Sample(output);
        int[] cells = [.. Table.SelectMany((count, cell) => Enumerable.Repeat(cell, count))];
        var truth = ConfusionInterval.Of(Confusion(cells), figure).Estimate;
        AssertCovers(0.935, 0.965, 4000, () =>
            ConfusionInterval.Of(Confusion(sample.Of(Rows, () => cells[sample.Random.Below(cells.Length)])), figure).Contains(truth));
    }

    [Fact]
    public void Intervals_of_ratios_cover()
    {
        var sample = new Sample(output);
        AssertCovers(0.935, 0.965, 4000, () =>
        {
            var below = sample.Of(300, () => 1 + sample.Random.NextDouble());
            return LinearInterval.Ratio([.. below.Select(size => size * (0.5 + sample.Random.NextDouble()))], below).Contains(1);
        });
    }

    [Fact]
    public void Intervals_of_medians_cover_at_least_what_they_say()
    {
        var sample = new Sample(output);
        AssertCovers(0.945, 0.975, 4000, () => LinearInterval.Median(sample.Exponential(151)).Contains(Math.Log(2)));
    }

    [Fact]
    public void The_mean_area_of_classes_covers()
    {
        var sample = new Sample(output);
        var area = NormalDistribution.Cdf(1 / Math.Sqrt(2));
        int[] truth = [.. Enumerable.Range(0, 240).Select(row => row % 3)];
        AssertCovers(0.93, 0.965, 1500, () =>
        {
            double[] scores = [.. truth.SelectMany(kind => Enumerable.Range(0, 3).Select(other =>
                (kind == other ? 1 : 0) + sample.Random.NextNormal()))];
            return DeLong.OneAgainstRest(truth, scores, 3).Contains(area);
        });
    }

    [Fact]
    public void Average_precision_is_covered_near_the_level()
    {
        var sample = new Sample(output);
        // What very many rows say is the truth, up to a thousandth.
        var truth = Draw(sample, 200_000);
        var area = PrecisionRecallCurve.AveragePrecision(truth.Truth, truth.Scores).Value;
        AssertCovers(0.91, 0.985, 1500, () =>
        {
            var (isTrue, scores) = Draw(sample, 500);
            return LinearInterval.AveragePrecision(isTrue, scores).Contains(area);
        });
    }

    [Fact]
    public void Two_classes_have_the_area_of_the_one()
    {
        var sample = new Sample(output);
        var (truth, scores) = Draw(sample, 2000);
        var one = DeLong.Interval(truth, scores);
        var both = DeLong.OneAgainstRest(
            [.. truth.Select(isTrue => isTrue ? 1 : 0)], [.. scores.SelectMany(score => new[] { -score, score })], 2);

        Assert.Equal(one.Estimate, both.Estimate, 1e-12);
        Assert.InRange((both.High - both.Low) / (one.High - one.Low), 0.995, 1.005);
    }

    [Fact]
    public void What_has_no_spread_has_no_interval()
    {
        Assert.Contains("slope", ConfusionInterval.Of(MulticlassConfusion.Of([0, 1, 2], [0, 1, 2], 3), ConfusionFigure.MacroF1).Reason);
        Assert.False(NeverPredicted().IsDefined);
        Assert.Contains("too few", LinearInterval.Median([1, 2, 3]).Reason);
        Assert.Contains("is 0", LinearInterval.Ratio([1, 2], [1, -1]).Reason);
        Assert.Contains("infinite", LinearInterval.AveragePrecision([true, false], [0.9, 0.1]).Reason);
    }

    private static Interval NeverPredicted() =>
        ConfusionInterval.Of(MulticlassConfusion.Of([0, 1, 1], [0, 0, 0], 2), ConfusionFigure.MacroPrecision);

    private static (bool[] Truth, double[] Scores) Draw(Sample sample, int count)
    {
        var truth = sample.Coins(count, 0.3);
        return (truth, [.. truth.Select(isTrue => (isTrue ? 1.2 : 0) + sample.Random.NextNormal())]);
    }

    private static MulticlassConfusion Confusion(int[] cells) =>
        MulticlassConfusion.Of([.. cells.Select(cell => cell / 3)], [.. cells.Select(cell => cell % 3)], 3);

    private void AssertCovers(double least, double most, int rounds, Func<bool> covers)
    {
        var covered = Enumerable.Range(0, rounds).Count(_ => covers()) / (double)rounds;
        output.WriteLine($"{covered:P2} of {rounds}");
        var noise = 3 * Math.Sqrt(0.95 * 0.05 / rounds);
        Assert.InRange(covered, least - noise, most + noise);
    }
}
