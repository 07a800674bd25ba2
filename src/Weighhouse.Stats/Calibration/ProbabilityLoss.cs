using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>How well probabilities foretell: proper scores, which are best when the probabilities are true.</summary>
public static class ProbabilityLoss
{
    /// <summary>Where scikit-learn cuts probabilities off, so that its loss is never infinite.</summary>
    private const double SklearnEdge = 2.220446049250313e-16;

    /// <summary>How far the sum of a row's probabilities may be from 1.</summary>
    private const double SumTolerance = 1e-6;

    /// <summary>The mean of −log of the probability that was given to what happened.</summary>
    public static Figure LogLoss(ReadOnlySpan<bool> truth, ReadOnlySpan<double> probabilities)
    {
        if (Problem(truth.Length, probabilities) is { } problem) return Figure.Undefined(problem);
        var (sum, cut) = (new NeumaierSum(), new NeumaierSum());
        string? reason = null;
        for (var at = 0; at < truth.Length; at++)
        {
            var probability = probabilities[at];
            var given = truth[at] ? probability : 1 - probability;
            if (given == 0) reason ??= $"row {at} gave probability 0 to what happened: the loss is infinite";
            sum.Add(truth[at] ? -Math.Log(probability) : -Stirling.LogOnePlus(-probability));
            var edged = Math.Clamp(probability, SklearnEdge, 1 - SklearnEdge);
            cut.Add(-Math.Log(truth[at] ? edged : 1 - edged));
        }

        double? sklearn = ScoredRows.ProblemOfClasses(truth) is null ? cut.Value / truth.Length : null;
        return reason is null ? Figure.Of(sum.Value / truth.Length, sklearn) : Figure.Undefined(reason, sklearn);
    }

    /// <summary>The same for several classes.</summary>
    /// <param name="truth">The class of each row, from 0.</param>
    /// <param name="probabilities">A row of probabilities for each, one for each class.</param>
    public static Figure LogLoss(ReadOnlySpan<int> truth, ReadOnlySpan<double> probabilities, int classes)
    {
        if (Problem(truth, probabilities, classes) is { } problem) return Figure.Undefined(problem);
        var (sum, cut) = (new NeumaierSum(), new NeumaierSum());
        string? reason = null;
        for (var at = 0; at < truth.Length; at++)
        {
            var row = probabilities.Slice(at * classes, classes);
            var total = Sums.Of(row);
            var edged = 0.0;
            foreach (var probability in row) edged += Math.Clamp(probability, SklearnEdge, 1 - SklearnEdge);
            if (Math.Abs(total - 1) > SumTolerance) reason ??= $"the probabilities of row {at} sum to {total}, not to 1";
            var given = row[truth[at]];
            if (given == 0) reason ??= $"row {at} gave probability 0 to what happened: the loss is infinite";
            sum.Add(-Math.Log(given));
            cut.Add(-Math.Log(Math.Clamp(given, SklearnEdge, 1 - SklearnEdge) / edged));
        }

        var sklearn = cut.Value / truth.Length;
        return reason is null ? Figure.Of(sum.Value / truth.Length, sklearn) : Figure.Undefined(reason, sklearn);
    }

    /// <summary>The mean squared distance of the probability from what happened.</summary>
    public static Figure Brier(ReadOnlySpan<bool> truth, ReadOnlySpan<double> probabilities)
    {
        if (Problem(truth.Length, probabilities) is { } problem) return Figure.Undefined(problem);
        var sum = new NeumaierSum();
        for (var at = 0; at < truth.Length; at++)
        {
            var distance = probabilities[at] - (truth[at] ? 1 : 0);
            sum.Add(distance * distance);
        }

        return sum.Value / truth.Length;
    }

    /// <summary>The same for several classes: from 0 to 2, summed over the classes.</summary>
    public static Figure Brier(ReadOnlySpan<int> truth, ReadOnlySpan<double> probabilities, int classes)
    {
        if (Problem(truth, probabilities, classes) is { } problem) return Figure.Undefined(problem);
        var sum = new NeumaierSum();
        for (var at = 0; at < truth.Length; at++)
            for (var kind = 0; kind < classes; kind++)
            {
                var distance = probabilities[at * classes + kind] - (truth[at] == kind ? 1 : 0);
                sum.Add(distance * distance);
            }

        return sum.Value / truth.Length;
    }

    internal static string? Problem(int rows, ReadOnlySpan<double> probabilities)
    {
        Invariant.That(rows == probabilities.Length);
        return rows == 0 ? "there are no rows" : OutOfRange(probabilities, 1);
    }

    internal static string? Problem(ReadOnlySpan<int> truth, ReadOnlySpan<double> probabilities, int classes)
    {
        Invariant.That(truth.Length * classes == probabilities.Length);
        if (truth.IsEmpty) return "there are no rows";
        for (var at = 0; at < truth.Length; at++)
            if (truth[at] < 0 || truth[at] >= classes) return $"row {at} is of class {truth[at]}, and there are {classes}";
        return OutOfRange(probabilities, classes);
    }

    private static string? OutOfRange(ReadOnlySpan<double> probabilities, int width)
    {
        for (var at = 0; at < probabilities.Length; at++)
            if (!(probabilities[at] is >= 0 and <= 1))
                return $"the probability of row {at / width} is {probabilities[at]}, and not from 0 to 1";
        return null;
    }
}
