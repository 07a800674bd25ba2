using Weighhouse.Stats;
using Weighhouse.Tests.Stats.Oracle;

namespace Weighhouse.Tests.Stats.Estimation;

public class EstimationTests(ITestOutputHelper output)
{
    [Fact]
    public void Expected_figures_are_the_means_over_all_truths_there_can_be()
    {
        double[] probabilities = [0.9, 0.6, 0.6, 0.2];
        double[] scores = [0.8, 0.5, 0.5, 0.1];
        bool[] predicted = [true, true, false, false];
        var expected = ExpectedConfusion.Of(probabilities, scores, predicted).Value;
        var (hits, won, pairs) = (0.0, 0.0, 0.0);
        for (var outcome = 0; outcome < 16; outcome++)
        {
            bool[] truth = [.. Enumerable.Range(0, 4).Select(row => (outcome >> row & 1) != 0)];
            var chance = Enumerable.Range(0, 4)
                .Aggregate(1.0, (all, row) => all * (truth[row] ? probabilities[row] : 1 - probabilities[row]));
            var confusion = BinaryConfusion.Of(truth, predicted);
            hits += chance * confusion.TruePositives;
            if (RocCurve.Area(truth, scores).OrNull is not { } area) continue;
            won += chance * area * confusion.Positives * confusion.Negatives;
            pairs += chance * confusion.Positives * confusion.Negatives;
        }

        Tolerance.Check(expected.TruePositives, hits);
        Tolerance.Check(expected.Area.Value, won / pairs);
        Tolerance.Check(expected.Accuracy.Value, (0.9 + 0.6 + 0.4 + 0.8) / 4);
        Tolerance.Check(expected.Precision.Value, 0.75);
        Tolerance.Check(expected.Recall.Value, 1.5 / 2.3);
        Tolerance.Check(expected.F1.Value, 3 / (3 + 0.5 + 0.8));
    }

    [Fact]
    public void Quality_under_shifted_inputs_is_foretold_within_a_hundredth_and_its_interval_holds_it()
    {
        var sample = new Sample(output);
        var (rounds, held, areaHeld, worst) = (60, 0, 0, new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            // The model knows the chance of each row; the window has other rows than the reference.
            double[] probabilities = [.. sample.Normal(5000, 0.5, 1.2).Select(logit => 1 / (1 + Math.Exp(-logit)))];
            bool[] truth = [.. probabilities.Select(probability => sample.Random.NextDouble() < probability)];
            bool[] predicted = [.. probabilities.Select(probability => probability >= 0.5)];
            var expected = ExpectedConfusion.Of(probabilities, probabilities, predicted).Value;
            var realised = RocCurve.Area(truth, probabilities).Value;
            worst.Add(Math.Abs(expected.Area.Value - realised));
            if (expected.AccuracyInterval().Contains(BinaryConfusion.Of(truth, predicted).Accuracy.Value)) held++;
            if (round < 20 && expected.AreaInterval(new CounterRandom((ulong)round), 200).Contains(realised)) areaHeld++;
        }

        output.WriteLine($"mean error of the area {worst.Average():F4}; accuracy held {held} of {rounds}, area {areaHeld} of 20");
        Assert.True(worst.Average() <= 0.01);
        Assert.InRange(held, rounds * 0.95 - 5 * Math.Sqrt(rounds * 0.05), rounds);
        Assert.InRange(areaHeld, 14, 20);
    }

    [Fact]
    public void A_calibration_is_kept_only_where_it_helps()
    {
        var sample = new Sample(output);
        // A fit by steps is off by about the cube root of 1/rows: 0.03 here, 0.06 with 3,000.
        var probabilities = sample.Uniform(40_000);
        bool[] truth = [.. probabilities.Select(probability => sample.Random.NextDouble() < probability)];
        double[] bold = [.. probabilities.Select(probability => probability < 0.5 ? probability * probability * 2
            : 1 - (1 - probability) * (1 - probability) * 2)];

        var mended = Calibrator.Fit(truth, bold, new CounterRandom(1)).Value;
        Assert.True(mended.IsFitted && mended.ErrorAfter < mended.ErrorBefore);
        Assert.Equal(0.25, mended.Probability(0.125), 0.08);
        // Scores that are exact frequencies cannot be bettered: two values, each as often right as it says.
        double[] exact = [.. Enumerable.Range(0, 400).Select(row => row % 2 == 0 ? 0.25 : 0.75)];
        bool[] fair = [.. Enumerable.Range(0, 400).Select(row => row % 2 == 0 ? row % 8 == 0 : row % 8 != 1)];
        Assert.Equal(0.25, Calibrator.Fit(fair, exact, new CounterRandom(1)).Value.Probability(0.25), 1e-12);
        Assert.Contains("10 of each", Calibrator.Fit([true, false], [0.1, 0.2], new CounterRandom(1)).Error!.Message);
    }

    [Fact]
    public void Losses_are_foretold_where_rows_that_go_wrong_become_more_frequent()
    {
        var sample = new Sample(output);
        // The error grows with |x|: a window of far out rows loses more.
        (double[] Rows, double[] Predictions, double[] Losses) Window(int count, double spread)
        {
            var rows = sample.Normal(count, 0, spread);
            return (rows, [.. rows.Select(x => 2 * x)], [.. rows.Select(x => Math.Abs(sample.Random.NextNormal()) * (0.2 + Math.Abs(x)))]);
        }

        var (rows, predictions, losses) = Window(4000, 1);
        var estimate = DirectLoss.Fit(rows, 1, predictions, losses).Value;
        var (shifted, shiftedPredictions, realised) = Window(2000, 1.6);
        var interval = estimate.Estimate(shifted, shiftedPredictions);
        output.WriteLine($"foretold {interval.Estimate:F3} ({interval.Low:F3} to {interval.High:F3})");
        output.WriteLine($"realised {realised.Average():F3}, before {losses.Average():F3}");
        Assert.Equal(realised.Average(), interval.Estimate, realised.Average() * 0.12);
        Assert.True(interval.Low > losses.Average());
        Assert.Contains("too few", DirectLoss.Fit([1], 1, [1], [1]).Error!.Message);
    }

    [Fact]
    public void Boosted_trees_learn_steps_and_combinations()
    {
        var sample = new Sample(output);
        var rows = sample.Normal(4000);
        double[] targets = [.. Enumerable.Range(0, 2000).Select(row => rows[2 * row] * rows[2 * row + 1] > 0 ? 1.0 : 0)];
        var model = BoostedTrees.Fit(rows, 2, targets, new BoostedTreesOptions { IsLogistic = true });

        Assert.True(model.Predict([1, 1]) > 0.9 && model.Predict([-1, -1]) > 0.9);
        Assert.True(model.Predict([1, -1]) < 0.1 && model.Predict([-1, 1]) < 0.1);
        Assert.Equal(0.7, BoostedTrees.Fit([1, 2, 3], 1, [0.7, 0.7, 0.7]).Predict([double.NaN]), 1e-12);
    }
}
