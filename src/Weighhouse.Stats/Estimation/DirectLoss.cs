using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>
/// How large the errors of a regression are likely to be on rows whose truth nobody knows yet (DLE): a second model learns the
/// losses of rows
/// with labels from their features and predictions. It assumes that the same rows go wrong as before.
/// </summary>
public sealed class DirectLoss
{
    private readonly BoostedTrees _model;
    private readonly int _features;
    private readonly double _residual;

    private DirectLoss(BoostedTrees model, int features, double residual) => (_model, _features, _residual) = (model, features, residual);

    /// <param name="rows">Row after row, one number for each feature.</param>
    /// <param name="losses">What each row lost: |e| or e².</param>
    public static Result<DirectLoss> Fit(
        ReadOnlySpan<double> rows, int features, ReadOnlySpan<double> predictions, ReadOnlySpan<double> losses,
            BoostedTreesOptions? options = null)
    {
        Invariant.That(rows.Length == features * predictions.Length && predictions.Length == losses.Length);
        const int RowsMin = 100;
        if (losses.Length < RowsMin) return Error.Precondition(
            $"{losses.Length} rows with labels are too few to learn losses from; {RowsMin} are needed.");
        if (RegressionFigures.Problem(losses, predictions) is { } problem) return Error.Precondition(
            $"Losses cannot be learnt, as {problem}.");
        var wide = WithPrediction(rows, features, predictions);
        var half = losses.Length / 2;
        // The spread of losses around what is foretold is measured on rows the model has not seen.
        var first = BoostedTrees.Fit(wide.AsSpan(0, half * (features + 1)), features + 1, losses[..half], options);
        var squares = new NeumaierSum();
        for (var row = half; row < losses.Length; row++)
        {
            var miss = losses[row] - first.Predict(wide.AsSpan(row * (features + 1), features + 1));
            squares.Add(miss * miss);
        }

        var model = BoostedTrees.Fit(wide, features + 1, losses, options);
        return new DirectLoss(model, features, Math.Sqrt(squares.Value / (losses.Length - half)));
    }

    /// <summary>The mean loss of the rows, with an interval for what it will turn out to be.</summary>
    public Interval Estimate(ReadOnlySpan<double> rows, ReadOnlySpan<double> predictions, double level = Interval.DefaultLevel)
    {
        Invariant.That(rows.Length == _features * predictions.Length);
        if (predictions.IsEmpty) return Interval.Undefined("direct loss", "there are no rows", level);
        var wide = WithPrediction(rows, _features, predictions);
        var sum = new NeumaierSum();
        for (var row = 0; row < predictions.Length; row++)
            sum.Add(Math.Max(0, _model.Predict(wide.AsSpan(row * (_features + 1), _features + 1))));
        var half = NormalDistribution.Reach(level) * _residual / Math.Sqrt(predictions.Length);
        return Interval.Around(sum.Value / predictions.Length, half, level, "direct loss").ClampedTo(0, double.PositiveInfinity);
    }

    private static double[] WithPrediction(ReadOnlySpan<double> rows, int features, ReadOnlySpan<double> predictions)
    {
        var wide = new double[predictions.Length * (features + 1)];
        for (var row = 0; row < predictions.Length; row++)
        {
            rows.Slice(row * features, features).CopyTo(wide.AsSpan(row * (features + 1)));
            wide[row * (features + 1) + features] = predictions[row];
        }

        return wide;
    }
}
