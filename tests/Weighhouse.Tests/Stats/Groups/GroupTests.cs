using Weighhouse.Stats;
using Weighhouse.Tests.Stats.Oracle;

namespace Weighhouse.Tests.Stats.Groups;

public class GroupTests(ITestOutputHelper output)
{
    [Fact]
    public void Gaps_between_groups_come_with_intervals_and_small_groups_are_withheld()
    {
        // Group 0: 100 rows, 40 positive of which 30 found, 10 of 60 negatives taken. Group 1: 40, 12 and 60, 30. Group 2: three rows.
        var (truth, predicted, groups) = Rows((0, new BinaryConfusion(30, 10, 10, 50)), (1, new BinaryConfusion(12, 30, 28, 30)),
            (2, new BinaryConfusion(1, 1, 1, 0)));
        var report = FairnessReport.Of(truth, predicted, groups);

        Assert.Equal(1, report.Suppressed);
        Assert.True(report.Groups[2] is { IsSuppressed: true, Confusion.Count: 0 });
        var recall = report.Gaps.Single(gap => gap.Figure == FairnessFigure.TruePositiveRate);
        Tolerance.Check(recall.Difference.Estimate, 0.75 - 0.3);
        Assert.Equal((1, 0), (recall.Lowest, recall.Highest));
        Assert.Equal(ProportionInterval.Newcombe(30, 40, 12, 40), recall.Difference);
        Tolerance.Check(recall.Ratio.Estimate, 0.3 / 0.75);
        Tolerance.Check(report.Gaps.Single(gap => gap.Figure == FairnessFigure.SelectionRate).Difference.Estimate, 0.42 - 0.40, 1e-12);
        Tolerance.Check(report.EqualizedOdds.Value, 0.45);
        Assert.True(recall.Adjusted >= recall.PValue && recall.Adjusted < 0.01);
        Assert.Equal(ProportionInterval.Wilson(30, 40), report.Groups[0].Figures[FairnessFigure.TruePositiveRate]);
    }

    [Fact]
    public void Groups_that_are_treated_alike_rarely_raise_an_alarm()
    {
        var sample = new Sample(output);
        var (alarms, rounds) = (0, 300);
        for (var round = 0; round < rounds; round++)
        {
            var (truth, predicted, groups) = (sample.Coins(600, 0.4), sample.Coins(600, 0.5), sample.Below(6, 600));
            if (FairnessReport.Of(truth, predicted, groups).Gaps.Any(gap => gap.Adjusted <= 0.05)) alarms++;
        }

        output.WriteLine($"{alarms} of {rounds}");
        Assert.True(alarms <= rounds * 0.05 + 5 * Math.Sqrt(rounds * 0.05 * 0.95));
    }

    [Fact]
    public void Probabilities_that_mean_less_in_one_group_are_a_gap()
    {
        bool[] truth = [.. Enumerable.Range(0, 103).Select(row => row % 2 == 0)];
        double[] probabilities = [.. Enumerable.Range(0, 103).Select(row => row < 50 ? 0.5 : 0.7)];
        int[] groups = [.. Enumerable.Range(0, 103).Select(row => row < 50 ? 0 : row < 100 ? 1 : 2)];
        var calibration = GroupCalibration.Of(truth, probabilities, groups).Value;

        Tolerance.Check(calibration.Gap.Value, 0.2);
        Assert.True(calibration.Groups[0].Excess.Contains(0) && !calibration.Groups[1].Excess.Contains(0));
        Assert.True(calibration.Groups[2] is { IsSuppressed: true, Excess.IsDefined: false });
        Assert.False(GroupCalibration.Of(truth, probabilities, groups, 51).Value.Gap.IsDefined);
    }

    [Fact]
    public void Intersections_are_groups_of_their_own()
    {
        var groups = FairnessReport.Intersect([0, 0, 1, 1, 0], [0, 1, 0, 1, 0]);

        Assert.Equal([0, 1, 2, 3, 0], groups);
    }

    [Fact]
    public async Task The_area_between_curves_is_the_integral_of_their_distance()
    {
        Assert.SkipWhen(PythonOracle.WhyAbsent is not null, PythonOracle.WhyAbsent ?? "");
        var sample = new Sample(output);
        bool[] first = [true, false, .. sample.Coins(60)];
        bool[] second = [true, false, .. sample.Coins(80)];
        var (left, right) = (sample.Scores(first), sample.Uniform(82));
        var oracle = new PythonOracle("from sklearn.metrics import roc_curve");
        oracle.Let("a", first).Let("s", left).Let("b", second).Let("t", right);
        oracle.Run("f, g = roc_curve(a, s), roc_curve(b, t); x = (np.arange(4000000) + 0.5) / 4000000");
        oracle.Expect("np.mean(np.abs(np.interp(x, f[0], f[1]) - np.interp(x, g[0], g[1])))",
            FairnessReport.AreaBetweenCurves(first, left, second, right).Value, 1e-5);
        await oracle.CheckAsync();
        Assert.Equal(0, FairnessReport.AreaBetweenCurves(first, left, first, left).Value);
    }

    [Fact]
    public void The_worst_slice_is_found_among_many_and_nothing_where_there_is_nothing()
    {
        var sample = new Sample(output);
        SliceColumn[] columns =
        [
            new("country", sample.Below(4, 4000), ["DE", "FR", "IT", "NL"]),
            new("device", sample.Below(3, 4000)),
            SliceColumn.OfNumbers("age", sample.Normal(4000, 40, 10)),
        ];
        double[] losses = [.. sample.Exponential(4000)];
        Assert.Empty(WorstSlices.Find(losses, columns, chance: 0.001).Value);
        for (var row = 0; row < losses.Length; row++)
            if (columns[0].Values[row] == 1 && columns[1].Values[row] == 2) losses[row] += 1.5;
        var worst = WorstSlices.Find(losses, columns).Value;

        Assert.Equal("country = FR and device = 2", worst[0].Name);
        // 330 rows of a deviation of 1: off by 0.05, and six times that at most.
        Assert.Equal(1.5, worst[0].Difference.Estimate, 0.33);
        Assert.True(worst[0].Adjusted < 1e-6);
        Assert.Equal("missing", SliceColumn.OfNumbers("age", [1, 2, double.NaN, 4], 2).ValueNames![2]);
        Assert.Contains("limit is 200", WorstSlices.Find([1, 2], [new SliceColumn("id", [1, 999])]).Error!.Message);
    }

    [Fact]
    public void The_rest_of_a_slice_is_measured_without_it()
    {
        var sample = new Sample(output);
        var losses = sample.Exponential(300);
        int[] places = [.. Enumerable.Range(0, 300).Select(row => row < 100 ? 0 : 1)];
        for (var row = 0; row < 100; row++) losses[row] += 2;
        var slice = WorstSlices.Find(losses, [new SliceColumn("part", places)], 1).Value.Single();
        var welch = MeanTests.Welch(losses.AsSpan(0, 100), losses.AsSpan(100));

        Tolerance.Check(slice.Rest, losses[100..].Average(), 1e-12);
        Tolerance.Check(slice.PValue, welch.PValue / 2, 1e-6);
    }

    [Fact]
    public void Squared_error_is_bias_and_variance_and_noise()
    {
        var sample = new Sample(output);
        var truth = sample.Normal(200);
        double[] predictions =
            [.. Enumerable.Range(0, 100).SelectMany(_ => truth.Select(value => value + 0.5 + 0.3 * sample.Random.NextNormal()))];
        var parts = BiasVariance.OfSquares(truth, predictions).Value;
        var loss = Enumerable.Range(0, 100)
            .Average(refit => RegressionFigures.MeanSquaredError(truth, predictions.AsSpan(refit * 200, 200)).Value);

        Tolerance.Check(parts.Loss, loss, 1e-12);
        Tolerance.Check(parts.Loss, parts.Bias + parts.Variance + parts.Noise, 1e-14);
        Assert.Equal(0.25, parts.Bias, 0.02);
        Assert.Equal(0.09, parts.Variance, 0.01);
        Assert.Equal(0.25 - 0.1, BiasVariance.OfSquares(truth, predictions, 0.1).Value.Bias, 0.02);
        Assert.Contains("at least 2", BiasVariance.OfSquares([1], [1]).Error!.Message);
    }

    [Fact]
    public void Wrong_classes_are_bias_where_most_refits_agree_on_them()
    {
        // Rows: always right; right in two of three; wrong in two of three.
        var parts = BiasVariance.OfClasses([0, 1, 2], [0, 1, 0, 0, 1, 0, 0, 2, 2]).Value;

        Tolerance.Check(parts.Loss, (0 + 1 + 2) / 9.0);
        Tolerance.Check(parts.Bias, 1 / 3.0);
        Tolerance.Check(parts.Loss, parts.Bias + parts.Variance, 1e-14);
    }

    private static (bool[] Truth, bool[] Predicted, int[] Groups) Rows(params (int Group, BinaryConfusion Confusion)[] groups)
    {
        var rows = groups.SelectMany(group => new[]
        {
            (group.Confusion.TruePositives, true, true), (group.Confusion.FalsePositives, false, true),
            (group.Confusion.FalseNegatives, true, false), (group.Confusion.TrueNegatives, false, false),
        }.SelectMany(cell => Enumerable.Repeat((Truth: cell.Item2, Predicted: cell.Item3, group.Group), (int)cell.Item1))).ToArray();
        return ([.. rows.Select(row => row.Truth)], [.. rows.Select(row => row.Predicted)], [.. rows.Select(row => row.Group)]);
    }
}
