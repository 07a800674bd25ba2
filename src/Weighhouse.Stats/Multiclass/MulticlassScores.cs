using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>Figures of scores for several classes: a row of scores for each row, one for each class.</summary>
public static class MulticlassScores
{
    private const double SumTolerance = 1e-5;

    /// <summary>The share of rows whose true class is among the k best; of equal scores the later class is the better one.</summary>
    public static Figure TopAccuracy(ReadOnlySpan<int> truth, ReadOnlySpan<double> scores, int classes, int k)
    {
        Invariant.That(truth.Length * classes == scores.Length && k > 0);
        if (truth.IsEmpty) return Figure.Undefined("there are no rows");
        if (Order.FirstNaN(scores) is var nan and >= 0) return Figure.Undefined($"a score of row {nan / classes} is not a number");
        var hits = 0L;
        for (var at = 0; at < truth.Length; at++)
        {
            var row = scores.Slice(at * classes, classes);
            var better = 0;
            for (var kind = 0; kind < classes; kind++)
                if (row[kind] > row[truth[at]] || (row[kind] == row[truth[at]] && kind > truth[at])) better++;
            if (better < k) hits++;
        }

        return hits / (double)truth.Length;
    }

    /// <summary>The area under the ROC curve of each class against the rest, averaged (macro or weighted).</summary>
    public static Figure AreaOneAgainstRest(ReadOnlySpan<int> truth, ReadOnlySpan<double> scores, int classes, Averaging averaging)
    {
        if (Problem(truth, scores, classes, averaging) is { } problem) return Figure.Undefined(problem);
        var mean = new FigureMean();
        var (isOfClass, column) = (new bool[truth.Length], new double[truth.Length]);
        for (var kind = 0; kind < classes; kind++)
        {
            for (var at = 0; at < truth.Length; at++) (isOfClass[at], column[at]) = (truth[at] == kind, scores[at * classes + kind]);
            mean.Add(RocCurve.Area(isOfClass, column), averaging == Averaging.Macro ? 1 : truth.Count(kind), $"class {kind}");
        }

        return AsSklearnHasIt(mean.Mean("there are no rows"), scores, classes);
    }

    /// <summary>
    /// The area for each pair of classes among the rows of both, averaged (Hand and Till 2001). Weighted, a pair counts as often as
    /// its rows.
    /// </summary>
    public static Figure AreaOneAgainstOne(ReadOnlySpan<int> truth, ReadOnlySpan<double> scores, int classes, Averaging averaging)
    {
        if (Problem(truth, scores, classes, averaging) is { } problem) return Figure.Undefined(problem);
        var mean = new FigureMean();
        for (var first = 0; first < classes; first++)
            for (var second = first + 1; second < classes; second++)
            {
                var rows = new List<int>();
                for (var at = 0; at < truth.Length; at++)
                    if (truth[at] == first || truth[at] == second) rows.Add(at);
                var weight = averaging == Averaging.Macro ? 1 : rows.Count;
                mean.Add(PairArea(truth, scores, classes, rows, first), weight / 2.0, $"classes {first} and {second}");
                mean.Add(PairArea(truth, scores, classes, rows, second), weight / 2.0, $"classes {first} and {second}");
            }

        return AsSklearnHasIt(mean.Mean("there are fewer than two classes"), scores, classes);
    }

    private static Figure PairArea(ReadOnlySpan<int> truth, ReadOnlySpan<double> scores, int classes, List<int> rows, int positive)
    {
        var (isPositive, column) = (new bool[rows.Count], new double[rows.Count]);
        for (var at = 0; at < rows.Count; at++)
            (isPositive[at], column[at]) = (truth[rows[at]] == positive, scores[rows[at] * classes + positive]);
        return RocCurve.Area(isPositive, column);
    }

    private static string? Problem(ReadOnlySpan<int> truth, ReadOnlySpan<double> scores, int classes, Averaging averaging)
    {
        Invariant.That(truth.Length * classes == scores.Length && averaging != Averaging.Micro);
        if (truth.IsEmpty) return "there are no rows";
        for (var kind = 0; kind < classes; kind++)
            if (!truth.Contains(kind)) return $"no row is truly of class {kind}";
        return Order.FirstNaN(scores) is var nan and >= 0 ? $"a score of row {nan / classes} is not a number" : null;
    }

    /// <summary>scikit-learn refuses rows that do not sum to 1; the area needs no such thing.</summary>
    private static Figure AsSklearnHasIt(Figure figure, ReadOnlySpan<double> scores, int classes)
    {
        for (var at = 0; at < scores.Length; at += classes)
            if (figure.IsDefined && Math.Abs(Sums.Of(scores.Slice(at, classes)) - 1) > SumTolerance) return Figure.Of(figure.Value, null);
        return figure;
    }
}
