using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>How far predicted numbers are from true ones.</summary>
public static class RegressionFigures
{
    /// <summary>What scikit-learn divides by where the truth is 0.</summary>
    private const double SklearnEdge = 2.220446049250313e-16;

    public static Figure MeanAbsoluteError(ReadOnlySpan<double> truth, ReadOnlySpan<double> predicted) =>
        Problem(truth, predicted) is { } problem ? Figure.Undefined(problem) : Sums.OfAbsoluteDifferences(truth, predicted) / truth.Length;

    public static Figure MeanSquaredError(ReadOnlySpan<double> truth, ReadOnlySpan<double> predicted) =>
        Problem(truth, predicted) is { } problem ? Figure.Undefined(problem) : Sums.OfSquaredDifferences(truth, predicted) / truth.Length;

    public static Figure RootMeanSquaredError(ReadOnlySpan<double> truth, ReadOnlySpan<double> predicted) =>
        MeanSquaredError(truth, predicted).Map(Math.Sqrt);

    /// <summary>The mean of prediction less truth: above 0 the model says too much.</summary>
    public static Figure Bias(ReadOnlySpan<double> truth, ReadOnlySpan<double> predicted) =>
        Problem(truth, predicted) is { } problem ? Figure.Undefined(problem) : Sums.OfDifferences(predicted, truth) / truth.Length;

    public static Figure MedianAbsoluteError(ReadOnlySpan<double> truth, ReadOnlySpan<double> predicted)
    {
        if (Problem(truth, predicted) is { } problem) return Figure.Undefined(problem);
        var errors = new double[truth.Length];
        for (var at = 0; at < errors.Length; at++) errors[at] = Math.Abs(truth[at] - predicted[at]);
        return Order.Median(errors);
    }

    public static Figure MaximumError(ReadOnlySpan<double> truth, ReadOnlySpan<double> predicted)
    {
        if (Problem(truth, predicted) is { } problem) return Figure.Undefined(problem);
        var largest = 0.0;
        for (var at = 0; at < truth.Length; at++) largest = Math.Max(largest, Math.Abs(truth[at] - predicted[at]));
        return largest;
    }

    /// <summary>The mean error as a share of the true size (MAPE); undefined where a truth is 0.</summary>
    public static Figure MeanAbsolutePercentageError(ReadOnlySpan<double> truth, ReadOnlySpan<double> predicted)
    {
        if (Problem(truth, predicted) is { } problem) return Figure.Undefined(problem);
        var sum = new NeumaierSum();
        for (var at = 0; at < truth.Length; at++)
            sum.Add(Math.Abs(truth[at] - predicted[at]) / Math.Max(Math.Abs(truth[at]), SklearnEdge));
        var mean = sum.Value / truth.Length;
        return truth.IndexOf(0.0) is var at0 and >= 0 ? Figure.Undefined($"the truth of row {at0} is 0", mean) : mean;
    }

    /// <summary>The mean of 2|e| / (|y| + |ŷ|), from 0 to 2; a row where both are 0 has no error.</summary>
    public static Figure SymmetricPercentageError(ReadOnlySpan<double> truth, ReadOnlySpan<double> predicted)
    {
        if (Problem(truth, predicted) is { } problem) return Figure.Undefined(problem);
        var sum = new NeumaierSum();
        for (var at = 0; at < truth.Length; at++)
        {
            var size = Math.Abs(truth[at]) + Math.Abs(predicted[at]);
            if (size > 0) sum.Add(2 * Math.Abs(truth[at] - predicted[at]) / size);
        }

        return sum.Value / truth.Length;
    }

    /// <summary>All errors as a share of all true sizes (WAPE).</summary>
    public static Figure WeightedPercentageError(ReadOnlySpan<double> truth, ReadOnlySpan<double> predicted)
    {
        if (Problem(truth, predicted) is { } problem) return Figure.Undefined(problem);
        return Figure.Ratio(
            Sums.OfAbsoluteDifferences(truth, predicted), Sums.OfAbsoluteDifferences(truth, new double[truth.Length]), "every truth is 0");
    }

    /// <summary>The mean squared difference of log(1 + y); undefined where a number is below 0.</summary>
    public static Figure MeanSquaredLogError(ReadOnlySpan<double> truth, ReadOnlySpan<double> predicted)
    {
        if (Problem(truth, predicted) is { } problem) return Figure.Undefined(problem);
        var sum = new NeumaierSum();
        for (var at = 0; at < truth.Length; at++)
        {
            if (truth[at] < 0 || predicted[at] < 0) return Figure.Undefined($"row {at} has a number below 0, whose logarithm is not taken");
            var distance = Stirling.LogOnePlus(truth[at]) - Stirling.LogOnePlus(predicted[at]);
            sum.Add(distance * distance);
        }

        return sum.Value / truth.Length;
    }

    public static Figure RootMeanSquaredLogError(ReadOnlySpan<double> truth, ReadOnlySpan<double> predicted) =>
        MeanSquaredLogError(truth, predicted).Map(Math.Sqrt);

    /// <summary>The share of variance explained: 1 − Σ(y − ŷ)² / Σ(y − ȳ)².</summary>
    public static Figure R2(ReadOnlySpan<double> truth, ReadOnlySpan<double> predicted)
    {
        if (Problem(truth, predicted) is { } problem) return Figure.Undefined(problem);
        if (truth.Length < 2) return Figure.Undefined("one row has no variance", double.NaN);
        var lost = Sums.OfSquaredDifferences(truth, predicted);
        return Explained(lost, Sums.OfSquaredDeviations(truth, Sums.Mean(truth)), truth);
    }

    /// <summary>R² with the gain that further features bring by themselves taken out.</summary>
    public static Figure AdjustedR2(ReadOnlySpan<double> truth, ReadOnlySpan<double> predicted, int features)
    {
        var rows = truth.Length;
        if (rows - features - 1 <= 0) return Figure.Undefined($"{rows} rows are too few for {features} features");
        return R2(truth, predicted).Map(share => 1 - (1 - share) * (rows - 1) / (rows - features - 1));
    }

    /// <summary>Like R², but a constant error costs nothing.</summary>
    public static Figure ExplainedVariance(ReadOnlySpan<double> truth, ReadOnlySpan<double> predicted)
    {
        if (Problem(truth, predicted) is { } problem) return Figure.Undefined(problem);
        var errors = new double[truth.Length];
        for (var at = 0; at < errors.Length; at++) errors[at] = truth[at] - predicted[at];
        var lost = Sums.OfSquaredDeviations(errors, Sums.Mean(errors));
        return Explained(lost, Sums.OfSquaredDeviations(truth, Sums.Mean(truth)), truth);
    }

    internal static Figure Explained(double lost, double whole, ReadOnlySpan<double> truth)
    {
        // A spread of rounding errors is none: every truth is the same number.
        var isConstant = truth.IndexOfAnyExcept(truth[0]) < 0;
        return isConstant || whole <= 0
            ? Figure.Undefined("the truth is the same in every row", lost == 0 ? 1 : 0)
            : 1 - lost / whole;
    }

    internal static string? Problem(ReadOnlySpan<double> truth, ReadOnlySpan<double> predicted)
    {
        Invariant.That(truth.Length == predicted.Length);
        if (truth.IsEmpty) return "there are no rows";
        for (var at = 0; at < truth.Length; at++)
            if (!double.IsFinite(truth[at]) || !double.IsFinite(predicted[at])) return $"row {at} has a number that is not finite";
        return null;
    }
}
