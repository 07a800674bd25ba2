using System.Numerics;
using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>A model: a number for each row. It is asked about many rows at once.</summary>
/// <param name="rows">Row after row, one number for each feature.</param>
public delegate void RowPredictor(ReadOnlySpan<double> rows, Span<double> outputs);

/// <param name="Base">The mean prediction of the background.</param>
/// <param name="Prediction">The prediction of the row: base plus all contributions.</param>
/// <param name="Contributions">What each feature's value added to it.</param>
/// <param name="Asked">How many rows the model was asked about.</param>
public sealed record Attribution(double Base, double Prediction, double[] Contributions, long Asked);

/// <summary>
/// What each feature contributed to one prediction, by Shapley's values: the mean effect of giving the model the row's own value in
/// place of the
/// background's, over all orders of giving. Absent features take the values of background rows (interventional), so features that
/// hang together are
/// taken apart as if they did not.
/// </summary>
public static class Shapley
{
    /// <summary>2¹² combinations times the background are asked; with more features sample instead (<see cref="Kernel"/>).</summary>
    public const int ExactFeaturesMax = 12;

    /// <summary>A combination is a word of bits.</summary>
    public const int FeaturesMax = 63;

    /// <summary>Every combination of features: exact, and twice the work for each feature more.</summary>
    /// <param name="background">Rows that stand for what is usual, one after the other.</param>
    public static Result<Attribution> Exact(ReadOnlySpan<double> row, ReadOnlySpan<double> background, RowPredictor predictor)
    {
        var features = row.Length;
        if (Problem(row, background, ExactFeaturesMax) is { } problem) return problem;
        var game = new CoalitionGame(row, background, predictor);
        var values = new double[1 << features];
        for (var coalition = 0; coalition < values.Length; coalition++) values[coalition] = game.Value((ulong)coalition);
        var weights = new double[features];
        // |S|! (d − |S| − 1)! / d!, from the one before.
        weights[0] = 1.0 / features;
        for (var size = 1; size < features; size++) weights[size] = weights[size - 1] * size / (features - size);
        var contributions = new double[features];
        for (var feature = 0; feature < features; feature++)
        {
            var sum = new NeumaierSum();
            for (var without = 0; without < values.Length; without++)
            {
                if ((without >> feature & 1) != 0) continue;
                sum.Add(weights[BitOperations.PopCount((uint)without)] * (values[without | 1 << feature] - values[without]));
            }

            contributions[feature] = sum.Value;
        }

        return new Attribution(values[0], values[^1], contributions, game.Asked);
    }

    /// <summary>
    /// KernelSHAP (Lundberg and Lee 2017): the contributions that fit the values of sampled combinations best and add up exactly. Small
    /// and large combinations, which weigh most, are all taken as far as the number goes; the rest is drawn in pairs with their opposites.
    /// </summary>
    /// <param name="combinations">How many at most; 2048 plus twice the features by default. With as many as there are it is exact.</param>
    public static Result<Attribution> Kernel(
        ReadOnlySpan<double> row, ReadOnlySpan<double> background, RowPredictor predictor, CounterRandom random, int? combinations = null)
    {
        var features = row.Length;
        var budget = combinations ?? 2048 + 2 * features;
        if (Problem(row, background, FeaturesMax) is { } problem) return problem;
        if (budget < 2 * features) return Error.Invalid($"combinations is {budget}; {features} features need at least {2 * features}.",
            "combinations");
        var game = new CoalitionGame(row, background, predictor);
        var (empty, full) = (game.Value(0), game.Value((1UL << features) - 1));
        if (features == 1) return new Attribution(empty, full, [full - empty], game.Asked);
        var sample = CoalitionSample.Draw(features, budget, random);
        var contributions = Fit(sample, features, game, empty, full);
        return contributions is null
            ? Error.Precondition($"{sample.Count} combinations do not determine {features} contributions: take more.")
            : new Attribution(empty, full, contributions, game.Asked);
    }

    /// <summary>Weighted least squares under the constraint that contributions add up: the last feature takes what the others
    /// leave.</summary>
    private static double[]? Fit(IReadOnlyDictionary<ulong, double> sample, int features, CoalitionGame game, double empty, double full)
    {
        var size = features - 1;
        var (matrix, right) = (new NeumaierSum[size * size], new NeumaierSum[size]);
        var design = new double[size];
        foreach (var (coalition, weight) in sample)
        {
            var last = (double)(coalition >> size & 1);
            for (var at = 0; at < size; at++) design[at] = (coalition >> at & 1) - last;
            var target = game.Value(coalition) - empty - last * (full - empty);
            for (var i = 0; i < size; i++)
            {
                if (design[i] == 0) continue;
                right[i].Add(weight * design[i] * target);
                for (var j = 0; j <= i; j++) matrix[i * size + j].Add(weight * design[i] * design[j]);
            }
        }

        var solution = right.Select(sum => sum.Value).ToArray();
        if (!SymmetricSystem.Solve([.. matrix.Select(sum => sum.Value)], solution)) return null;
        return [.. solution, full - empty - Sums.Of(solution)];
    }

    private static Error? Problem(ReadOnlySpan<double> row, ReadOnlySpan<double> background, int featuresMax)
    {
        if (row.IsEmpty || row.Length > featuresMax)
            return Error.Invalid($"The row has {row.Length} features; from 1 to {featuresMax} can be explained this way.", "row");
        Invariant.That(background.Length % row.Length == 0);
        return background.IsEmpty ? Error.Precondition("There is no background to compare the row with.") : null;
    }
}
