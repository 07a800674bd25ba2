using Weighhouse.Kernel;
using Weighhouse.Stats;

namespace Weighhouse.Evaluation.Judging;

/// <summary>Figures of parts of the rows, and where the model does worst.</summary>
internal static class SliceJudge
{
    /// <summary>What a probability of 0 for what happened costs: an infinite loss has no mean.</summary>
    private const double ProbabilityMin = 1e-15;

    private static readonly string[] Shown =
    [
        "accuracy", "precision", "recall", "f1", "f1_macro", "roc_auc", "subset_accuracy", "f1_micro", "hamming_loss", "mae", "rmse",
            "bias",
    ];

    public static IReadOnlyList<Measure> Measure(JudgedRows rows, Resampling? resampling) => rows switch
    {
        ClassRows { IsBinary: true } some => BinaryJudge.Measure(some.IsPositive, some.IsPredictedPositive, some.Scores, resampling),
        ClassRows some => MulticlassJudge.Measure(some.Truth, some.Predicted, some.Scores, some.Classes.Count),
        LabelRows some => MultilabelJudge.Measure(some.Truth, some.Predicted, some.Scores, some.Labels.Count),
        NumberRows some => RegressionJudge.Measure(some.Truth, some.Predicted),
        _ => Invariant.Unreachable<IReadOnlyList<Measure>>(rows),
    };

    public static IReadOnlyList<Slice> Declared(JudgedRows rows, EvaluationOptions options)
    {
        var slices = new List<Slice>();
        foreach (var column in rows.Slices)
        {
            var members = column.Names.Select(static _ => new List<int>()).ToArray();
            for (var row = 0; row < rows.Count; row++)
                if (column.Places[row] >= 0) members[column.Places[row]].Add(row);
            for (var place = 0; place < members.Length; place++)
            {
                if (members[place].Count == 0) continue;
                var name = $"{column.Column} = {column.Names[place]}";
                slices.Add(new Slice(column.Column, name, members[place].Count, members[place].Count < options.SliceRowsMin
                    ? []
                    : [.. Measure(rows.Take([.. members[place]]), null).Where(static measure => Shown.Contains(measure.Name))]));
            }
        }

        return slices;
    }

    public static Result<IReadOnlyList<FoundSlice>> Worst(JudgedRows rows, EvaluationOptions options)
    {
        var columns = rows.Slices.Concat(rows.Groups).Concat(rows.Others).DistinctBy(static column => column.Column)
            .Select(static column => new SliceColumn(column.Column, column.Places, column.Names)).ToArray();
        if (!WorstSlices.Find(Losses(rows), columns).TryGet(out var found, out var error)) return error;
        return found.Take(options.FoundSlicesMax).Select(static slice => new FoundSlice(
            slice.Name, slice.Rows, slice.Loss, slice.Rest, Measures.Bounds(slice.Difference)!, slice.Adjusted)).ToArray();
    }

    /// <summary>What each row lost: the logarithm of what it was given, the square it was off by, or 1 where it was wrong.</summary>
    public static double[] Losses(JudgedRows rows) => rows switch
    {
        ClassRows { Scores: { } scores } some when BinaryJudge.AreProbabilities(scores) =>
            [.. Enumerable.Range(0, some.Count).Select(row => -Math.Log(Math.Max(ProbabilityMin, GivenTo(some, scores, row))))],
        ClassRows some => [.. some.Truth.Zip(some.Predicted, static (truth, predicted) => truth == predicted ? 0.0 : 1)],
        LabelRows some => [.. Enumerable.Range(0, some.Count).Select(row => WrongShare(some, row))],
        NumberRows some => [.. some.Truth.Zip(some.Predicted, static (truth, predicted) => (truth - predicted) * (truth - predicted))],
        _ => Invariant.Unreachable<double[]>(rows),
    };

    private static double GivenTo(ClassRows rows, double[] scores, int row)
    {
        if (!rows.IsBinary) return scores[row * rows.Classes.Count + rows.Truth[row]];
        return rows.Truth[row] == rows.Positive ? scores[row] : 1 - scores[row];
    }

    private static double WrongShare(LabelRows rows, int row)
    {
        var wrong = 0;
        for (var at = row * rows.Labels.Count; at < (row + 1) * rows.Labels.Count; at++)
            if (rows.Truth[at] != rows.Predicted[at]) wrong++;
        return wrong / (double)rows.Labels.Count;
    }
}
