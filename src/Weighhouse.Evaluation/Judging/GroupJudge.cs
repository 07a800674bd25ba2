using Weighhouse.Stats;

namespace Weighhouse.Evaluation.Judging;

/// <summary>Whether groups are treated alike, and those of two columns at once.</summary>
internal static class GroupJudge
{
    private const string Missing = "missing";

    public static IReadOnlyList<GroupComparison> Compare(ClassRows rows, EvaluationOptions options)
    {
        var compared = rows.Groups.Select(column =>
            Compare(rows, column.Column, column.Places, place => NameOf(column, place), options)).ToList();
        for (var first = 0; first < rows.Groups.Count; first++)
            for (var second = first + 1; second < rows.Groups.Count; second++)
                compared.Add(Together(rows, rows.Groups[first], rows.Groups[second], options));
        return compared;
    }

    private static GroupComparison Together(ClassRows rows, SliceValues first, SliceValues second, EvaluationOptions options)
    {
        var both = FairnessReport.Intersect(first.Places, second.Places);
        var names = new Dictionary<int, string>();
        for (var row = 0; row < both.Length; row++)
            names.TryAdd(both[row], $"{NameOf(first, first.Places[row])} and {NameOf(second, second.Places[row])}");
        return Compare(rows, $"{first.Column} and {second.Column}", both, place => names[place], options);
    }

    private static GroupComparison Compare(
        ClassRows rows, string column, int[] places, Func<int, string> name, EvaluationOptions options)
    {
        var report = FairnessReport.Of(rows.IsPositive, rows.IsPredictedPositive, places, options.GroupRowsMin);
        // A gap names its groups by their numbers, as the list of groups does.
        return new GroupComparison(
            column, options.GroupRowsMin, report.Suppressed,
            [.. report.Groups.Select(group => new GroupLine(
                name(group.Group), group.IsSuppressed ? null : group.Confusion.Count, group.IsSuppressed ? []
                    : MeasuresOf(group.Confusion)))],
            [.. report.Gaps.Select(gap => new GroupGap(
                Word(gap.Figure), name(gap.Lowest), name(gap.Highest), gap.Difference.Estimate, Measures.Bounds(gap.Difference),
                double.IsFinite(gap.Ratio.Estimate) ? gap.Ratio.Estimate : null, Measures.Bounds(gap.Ratio), gap.Adjusted))],
            report.EqualizedOdds.OrNull);
    }

    private static IReadOnlyList<Measure> MeasuresOf(BinaryConfusion counts)
    {
        var measures = new Measures();
        measures.Share(Word(FairnessFigure.SelectionRate), counts.PredictedPositives, counts.Count, null);
        measures.Share(Word(FairnessFigure.TruePositiveRate), counts.TruePositives, counts.Positives);
        measures.Share(Word(FairnessFigure.FalsePositiveRate), counts.FalsePositives, counts.Negatives, false);
        measures.Share(Word(FairnessFigure.Precision), counts.TruePositives, counts.PredictedPositives);
        measures.Share(Word(FairnessFigure.Accuracy), counts.TruePositives + counts.TrueNegatives, counts.Count);
        return measures.All;
    }

    private static string Word(FairnessFigure figure) => figure switch
    {
        FairnessFigure.SelectionRate => "selection_rate",
        FairnessFigure.TruePositiveRate => "true_positive_rate",
        FairnessFigure.FalsePositiveRate => "false_positive_rate",
        FairnessFigure.Precision => "precision",
        FairnessFigure.Accuracy => "accuracy",
        _ => Kernel.Invariant.Unreachable<string>(figure),
    };

    private static string NameOf(SliceValues column, int place) => place < 0 ? Missing : column.Names[place];
}
