using Weighhouse.Kernel;

namespace Weighhouse.Evaluation.Judging;

/// <summary>From rows to a report. It follows from the rows, the settings and the seed alone.</summary>
internal static class Judge
{
    public const int Format = 1;

    public static Result<EvaluationReport> Report(JudgedRows rows, EvaluationInputs inputs, EvaluationOptions options)
    {
        if (rows.Count == 0)
            return Error.Precondition(
                "No row has a truth, so that nothing can be judged. Look whether the target's column is the right one.");
        var notes = new List<string>();
        var worst = SliceJudge.Worst(rows, options);
        if (worst.IsFailure) notes.Add($"Bad slices were not looked for: {worst.Error.Message}");
        var tables = Tables(rows, options);
        var binary = rows is ClassRows { IsBinary: true } two ? two : null;
        if (rows.Groups.Count > 0 && binary is null) notes.Add("Groups are compared where there are two classes; here they are slices.");
        return new EvaluationReport(
            Format, TaskOf(rows), inputs, rows.Count, rows.LeftOut,
            rows switch { ClassRows some => some.Classes, LabelRows some => some.Labels, _ => [] },
            binary?.Classes[binary.Positive],
            SliceJudge.Measure(rows, new Resampling(inputs.Seed, options)),
            rows switch
            {
                ClassRows some => MulticlassJudge.PerClass(some),
                LabelRows some => MultilabelJudge.PerLabel(some),
                _ => [],
            },
            rows is ClassRows classes ? ConfusionTables.Of(classes, options) : null,
            tables.Curves, tables.Calibration,
            binary?.Scores is { } scores ? ScoreTables.Thresholds(binary.IsPositive, scores) : [],
            binary?.Scores is { } all ? ScoreTables.Chosen(binary.IsPositive, all) : [],
            SliceJudge.Declared(binary is null ? rows with { Slices = [.. rows.Slices, .. rows.Groups] } : rows, options),
            worst.IsFailure ? [] : worst.Value,
            binary is null ? [] : GroupJudge.Compare(binary, options),
            rows is NumberRows numbers ? RegressionJudge.Residuals(numbers) : [],
            notes);
    }

    private static EvaluationTask TaskOf(JudgedRows rows) => rows switch
    {
        ClassRows { IsBinary: true } => EvaluationTask.Binary,
        ClassRows => EvaluationTask.Multiclass,
        LabelRows => EvaluationTask.Multilabel,
        _ => EvaluationTask.Regression,
    };

    private static (IReadOnlyList<Curve> Curves, IReadOnlyList<CalibrationTable> Calibration) Tables(
        JudgedRows rows, EvaluationOptions options)
    {
        var (curves, calibration) = (new List<Curve>(), new List<CalibrationTable>());
        foreach (var (name, truth, scores) in AgainstRest(rows).Take(options.CurveClassesMax))
        {
            ScoreTables.Curves(name, truth, scores, options.CurvePointsMax, curves);
            if (ScoreTables.Calibration(name, truth, scores) is { } table) calibration.Add(table);
        }

        return (curves, calibration);
    }

    /// <summary>Each class or label against the rest.</summary>
    private static IEnumerable<(string? Name, bool[] Truth, double[] Scores)> AgainstRest(JudgedRows rows)
    {
        if (rows is ClassRows { IsBinary: true, Scores: { } given } two) yield return (null, two.IsPositive, given);
        if (rows is ClassRows { IsBinary: false, Scores: { } scores } some)
        {
            for (var kind = 0; kind < some.Classes.Count; kind++)
            {
                var place = kind;
                yield return (some.Classes[kind], [.. some.Truth.Select(truth => truth == place)],
                    Column(scores, kind, some.Classes.Count));
            }
        }

        if (rows is LabelRows { Scores: { } ofLabels } labels)
        {
            for (var label = 0; label < labels.Labels.Count; label++)
                yield return (labels.Labels[label], Column(labels.Truth, label, labels.Labels.Count),
                    Column(ofLabels, label, labels.Labels.Count));
        }
    }

    private static T[] Column<T>(T[] values, int column, int width)
    {
        var picked = new T[values.Length / width];
        for (var row = 0; row < picked.Length; row++) picked[row] = values[row * width + column];
        return picked;
    }
}
