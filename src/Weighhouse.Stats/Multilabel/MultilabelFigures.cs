using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>Figures for rows that may carry several labels at once: a row of yes and no for each, one for each label.</summary>
public static class MultilabelFigures
{
    /// <summary>The share of rows whose labels are all right.</summary>
    public static Figure SubsetAccuracy(ReadOnlySpan<bool> truth, ReadOnlySpan<bool> predicted, int labels)
    {
        Check(truth.Length, predicted.Length, labels);
        if (truth.IsEmpty) return Figure.Undefined("there are no rows", double.NaN);
        var right = 0L;
        for (var at = 0; at < truth.Length; at += labels)
            if (truth.Slice(at, labels).SequenceEqual(predicted.Slice(at, labels))) right++;
        return right / (double)(truth.Length / labels);
    }

    /// <summary>The share of labels that are wrong.</summary>
    public static Figure HammingLoss(ReadOnlySpan<bool> truth, ReadOnlySpan<bool> predicted, int labels)
    {
        Check(truth.Length, predicted.Length, labels);
        if (truth.IsEmpty) return Figure.Undefined("there are no rows", double.NaN);
        var wrong = 0L;
        for (var at = 0; at < truth.Length; at++)
            if (truth[at] != predicted[at]) wrong++;
        return wrong / (double)truth.Length;
    }

    /// <summary>A figure of yes and no, such as <c>row => row.F1</c>, taken of each row's labels and averaged over the rows.</summary>
    public static Figure OverRows(
        ReadOnlySpan<bool> truth, ReadOnlySpan<bool> predicted, int labels, Func<BinaryConfusion, Figure> figure)
    {
        Check(truth.Length, predicted.Length, labels);
        var mean = new FigureMean();
        for (var at = 0; at < truth.Length; at += labels)
            mean.Add(figure(BinaryConfusion.Of(truth.Slice(at, labels), predicted.Slice(at, labels))), 1, $"row {at / labels}");
        return mean.Mean("there are no rows", double.NaN);
    }

    /// <summary>How far down the scores one must go on average to find all labels of a row; a row without labels counts as 0.</summary>
    public static Figure CoverageError(ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores, int labels) =>
        OverScores(truth, scores, labels, static (row, values) =>
        {
            var least = double.PositiveInfinity;
            for (var at = 0; at < row.Length; at++)
                if (row[at]) least = Math.Min(least, values[at]);
            var depth = 0;
            foreach (var value in values)
                if (value >= least) depth++;
            return depth;
        });

    /// <summary>
    /// For each label of a row, the share of labels scored at least as high that are also true; averaged. A row with all labels or none
    /// counts as 1.
    /// </summary>
    public static Figure RankingAveragePrecision(ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores, int labels) =>
        OverScores(truth, scores, labels, static (row, values) =>
        {
            var relevant = row.Count(true);
            if (relevant == 0 || relevant == row.Length) return 1;
            var sum = new NeumaierSum();
            for (var label = 0; label < row.Length; label++)
            {
                if (!row[label]) continue;
                var (above, trueAbove) = (0, 0);
                for (var other = 0; other < row.Length; other++)
                {
                    if (values[other] < values[label]) continue;
                    above++;
                    if (row[other]) trueAbove++;
                }

                sum.Add(trueAbove / (double)above);
            }

            return sum.Value / relevant;
        });

    /// <summary>The share of pairs of a true and a false label that are scored the wrong way round; equal scores are wrong.</summary>
    public static Figure RankingLoss(ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores, int labels) =>
        OverScores(truth, scores, labels, static (row, values) =>
        {
            var relevant = row.Count(true);
            if (relevant == 0 || relevant == row.Length) return 0;
            var wrong = 0L;
            for (var label = 0; label < row.Length; label++)
                for (var other = 0; row[label] && other < row.Length; other++)
                    if (!row[other] && values[other] >= values[label]) wrong++;
            return wrong / ((double)relevant * (row.Length - relevant));
        });

    private delegate double RowFigure(ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores);

    private static Figure OverScores(ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores, int labels, RowFigure figure)
    {
        Check(truth.Length, scores.Length, labels);
        if (truth.IsEmpty) return Figure.Undefined("there are no rows");
        if (Order.FirstNaN(scores) is var nan and >= 0) return Figure.Undefined($"a score of row {nan / labels} is not a number");
        var sum = new NeumaierSum();
        for (var at = 0; at < truth.Length; at += labels) sum.Add(figure(truth.Slice(at, labels), scores.Slice(at, labels)));
        return sum.Value / (truth.Length / labels);
    }

    private static void Check(int truth, int other, int labels) => Invariant.That(labels > 0 && truth == other && truth % labels == 0);
}
