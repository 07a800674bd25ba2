using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>How good predictions are, as one number of which more is better.</summary>
public delegate double PredictionScore(ReadOnlySpan<double> outputs);

/// <param name="Drops">How much the score fell in each repetition.</param>
public sealed record FeatureImportance(int Feature, double Mean, double Deviation, double[] Drops);

/// <summary>What a model makes of its features over many rows.</summary>
public static class FeatureEffects
{
    /// <summary>
    /// How much the score falls when one feature's values are shuffled among the rows. A feature that others can stand in for
    /// counts for less than it would alone.
    /// </summary>
    public static IReadOnlyList<FeatureImportance> Permutation(
        ReadOnlySpan<double> rows, int features, RowPredictor predictor, PredictionScore score, CounterRandom random, int repetitions = 10)
    {
        Invariant.That(features > 0 && rows.Length > 0 && rows.Length % features == 0 && repetitions > 0);
        var count = rows.Length / features;
        var outputs = new double[count];
        predictor(rows, outputs);
        var whole = score(outputs);
        var all = new List<FeatureImportance>(features);
        for (var feature = 0; feature < features; feature++)
        {
            var drops = new double[repetitions];
            for (var round = 0; round < repetitions; round++)
            {
                var order = Enumerable.Range(0, count).ToArray();
                random.Stream((ulong)(feature * repetitions + round)).Shuffle<int>(order);
                var shuffled = rows.ToArray();
                for (var row = 0; row < count; row++) shuffled[row * features + feature] = rows[order[row] * features + feature];
                predictor(shuffled, outputs);
                drops[round] = whole - score(outputs);
            }

            var deviation = Math.Sqrt(Sums.Variance(drops, lost: 0));
            all.Add(new FeatureImportance(feature, Sums.Mean(drops), deviation, drops));
        }

        return all;
    }

    /// <summary>The prediction of each row as one feature goes through a grid (ICE): one row of outputs for each place of the
    /// grid.</summary>
    public static double[] IndividualConditional(ReadOnlySpan<double> rows, int features, int feature, ReadOnlySpan<double> grid,
        RowPredictor predictor)
    {
        Invariant.That(rows.Length % features == 0 && feature >= 0 && feature < features);
        var count = rows.Length / features;
        var outputs = new double[grid.Length * count];
        var moved = rows.ToArray();
        for (var place = 0; place < grid.Length; place++)
        {
            for (var row = 0; row < count; row++) moved[row * features + feature] = grid[place];
            predictor(moved, outputs.AsSpan(place * count, count));
        }

        return outputs;
    }

    /// <summary>The mean of these over the rows (partial dependence), for each place of the grid.</summary>
    public static double[] PartialDependence(ReadOnlySpan<double> rows, int features, int feature, ReadOnlySpan<double> grid,
        RowPredictor predictor)
    {
        var count = rows.Length / features;
        var outputs = IndividualConditional(rows, features, feature, grid, predictor);
        return [.. Enumerable.Range(0, grid.Length).Select(place => Sums.Mean(outputs.AsSpan(place * count, count)))];
    }
}
