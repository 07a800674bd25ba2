using Weighhouse.Stats;
using Weighhouse.Tests.Stats.Oracle;

namespace Weighhouse.Tests.Stats.Explanations;

public class ExplanationTests(ITestOutputHelper output)
{
    [Fact]
    public void Contributions_to_a_linear_model_are_weights_times_distance_from_the_mean()
    {
        var sample = new Sample(output);
        const int Features = 7;
        var (weights, row, background) = (sample.Normal(Features), sample.Normal(Features), sample.Normal(Features * 20));
        var predictor = Rows(Features, values => 3 + Sums.OfProducts(weights, values));
        var exact = Shapley.Exact(row, background, predictor).Value;
        var kernel = Shapley.Kernel(row, background, predictor, new CounterRandom(1)).Value;
        for (var feature = 0; feature < Features; feature++)
        {
            var mean = Enumerable.Range(0, 20).Average(at => background[at * Features + feature]);
            Assert.Equal(weights[feature] * (row[feature] - mean), exact.Contributions[feature], 1e-12);
            Assert.Equal(weights[feature] * (row[feature] - mean), kernel.Contributions[feature], 1e-12);
        }

        Assert.Equal(128 * 20, exact.Asked);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(10)]
    public void KernelShap_with_all_combinations_is_exact(int features)
    {
        var sample = new Sample(output);
        var (row, background) = (sample.Normal(features), sample.Normal(features * 8));
        var predictor = Rows(features, Crooked);
        var exact = Shapley.Exact(row, background, predictor).Value;
        var kernel = Shapley.Kernel(row, background, predictor, new CounterRandom(1)).Value;

        Assert.Equal(1 << features, (int)(kernel.Asked / 8));
        for (var feature = 0; feature < features; feature++) Assert.Equal(exact.Contributions[feature], kernel.Contributions[feature],
            1e-9);
        Assert.Equal(exact.Prediction, exact.Base + exact.Contributions.Sum(), 1e-12);
        Assert.Equal(exact.Prediction, Crooked(row), 1e-12);
    }

    [Fact]
    public void Sampled_contributions_add_up_exactly_and_are_near_the_exact_ones()
    {
        var sample = new Sample(output);
        const int Features = 12;
        var (row, background) = (sample.Normal(Features), sample.Normal(Features * 5));
        var predictor = Rows(Features, Crooked);
        var exact = Shapley.Exact(row, background, predictor).Value;
        var kernel = Shapley.Kernel(row, background, predictor, new CounterRandom(4), combinations: 1000).Value;
        var size = exact.Contributions.Max(Math.Abs);

        Assert.True(kernel.Asked <= 1002 * 5);
        Assert.Equal(kernel.Prediction, kernel.Base + kernel.Contributions.Sum(), 1e-11);
        for (var feature = 0; feature < Features; feature++) Assert.Equal(exact.Contributions[feature], kernel.Contributions[feature],
            0.1 * size);
        Assert.Equal(kernel.Contributions, Shapley.Kernel(row, background, predictor, new CounterRandom(4), 1000).Value.Contributions);
    }

    [Fact]
    public void A_feature_that_changes_nothing_contributes_nothing_and_equal_ones_the_same()
    {
        var sample = new Sample(output);
        var background = sample.Normal(4 * 10);
        for (var at = 0; at < 10; at++) background[at * 4 + 1] = background[at * 4];
        var exact = Shapley.Exact([1, 1, 2, 3], background, Rows(4, values => values[0] * values[1] * values[3])).Value;

        Assert.Equal(0, exact.Contributions[2], 1e-14);
        Assert.Equal(exact.Contributions[0], exact.Contributions[1], 1e-12);
    }

    [Fact]
    public void What_cannot_be_explained_is_refused_with_the_limit()
    {
        var predictor = Rows(13, Crooked);

        Assert.Contains("from 1 to 12", Shapley.Exact(new double[13], new double[13], predictor).Error!.Message);
        Assert.Contains("at least 26", Shapley.Kernel(new double[13], new double[13], predictor, new CounterRandom(1), 20).Error!.Message);
        Assert.Contains("no background", Shapley.Kernel(new double[13], [], predictor, new CounterRandom(1)).Error!.Message);
        Assert.Equal([2.0], Shapley.Kernel([3], [1], Rows(1, values => values[0]), new CounterRandom(1)).Value.Contributions);
    }

    [Fact]
    public void Shuffling_a_feature_costs_what_the_model_makes_of_it()
    {
        var sample = new Sample(output);
        var rows = sample.Normal(3 * 2000);
        double[] truth = [.. Enumerable.Range(0, 2000).Select(row => 2 * rows[3 * row] + rows[3 * row + 1])];
        var importances = FeatureEffects.Permutation(
            rows, 3, Rows(3, values => 2 * values[0] + values[1]), outputs => -RegressionFigures.MeanSquaredError(truth, outputs).Value,
            new CounterRandom(3), 5);

        // A shuffled standard normal is off by √2 of itself: twice the squared weight.
        Assert.Equal(8, importances[0].Mean, 1.0);
        Assert.Equal(2, importances[1].Mean, 0.3);
        Assert.Equal(0, importances[2].Mean);
        Assert.Equal(5, importances[0].Drops.Distinct().Count());
    }

    [Fact]
    public void Dependence_follows_the_feature_through_its_grid()
    {
        double[] rows = [1, 10, 2, 20];
        var predictor = Rows(2, values => values[0] * values[0] + values[1]);

        Assert.Equal([10, 20, 19, 29], FeatureEffects.IndividualConditional(rows, 2, 0, [0, 3], predictor));
        Assert.Equal([15, 24], FeatureEffects.PartialDependence(rows, 2, 0, [0, 3], predictor));
    }

    private static double Crooked(ReadOnlySpan<double> values)
    {
        var sum = Math.Sin(values[0]);
        for (var at = 1; at < values.Length; at++) sum += values[at] * values[at - 1] + Math.Max(0, values[at]) * at / 5;
        return sum;
    }

    private delegate double OneRow(ReadOnlySpan<double> values);

    private static RowPredictor Rows(int features, OneRow predict) => (rows, outputs) =>
    {
        for (var at = 0; at < outputs.Length; at++) outputs[at] = predict(rows.Slice(at * features, features));
    };
}
