using System.Globalization;
using Weighhouse.Commands.Shared;
using Weighhouse.Evaluation;

namespace Weighhouse.Commands.Evaluating;

/// <summary>A report as a person reads it in a terminal.</summary>
internal static class ReportText
{
    /// <summary>What a terminal shows of slices and gaps; all of them are in the JSON.</summary>
    private const int LinesMax = 10;

    public static void Print(EvaluationReport report, TextWriter writer)
    {
        var output = new Output(writer, OutputFormat.Table);
        writer.WriteLine($"{Amount(report.Rows)} rows, {TaskOf(report)}");
        writer.WriteLine();
        output.List(report.Measures, Columns, "");
        Section(writer, "By slice", report.Slices.Count, () => output.List(
            report.Slices.SelectMany(static slice => slice.Measures.Count == 0
                ? [(slice.Name, slice.Rows, Measure: null)]
                : slice.Measures.Select(measure => (slice.Name, slice.Rows, Measure: (Measure?)measure))).ToList(),
            [
                new("SLICE", static line => line.Name), new("ROWS", static line => Amount(line.Rows), IsNumber: true),
                new("FIGURE", static line => line.Measure?.Name ?? "too few rows"),
                new("VALUE", static line => Value(line.Measure), IsNumber: true),
                new("95 %", static line => Bounds(line.Measure?.Bounds)),
            ],
            ""));
        Section(writer, "Where it does worst", report.WorstSlices.Count, () => output.List(
            report.WorstSlices.Take(LinesMax).ToList(),
            [
                new("SLICE", static slice => slice.Name), new("ROWS", static slice => Amount(slice.Rows), IsNumber: true),
                new("LOSS", static slice => Number(slice.Loss), IsNumber: true),
                new("ELSEWHERE", static slice => Number(slice.Rest), IsNumber: true),
                new("P", static slice => Number(slice.Adjusted), IsNumber: true),
            ],
            ""));
        foreach (var groups in report.Groups)
            Section(writer, $"Groups by {groups.Column}", groups.Gaps.Count, () => output.List(
                groups.Gaps,
                [
                    new("FIGURE", static gap => gap.Measure), new("LOWEST", static gap => gap.Lowest),
                    new("HIGHEST", static gap => gap.Highest),
                    new("GAP", static gap => Number(gap.Difference), IsNumber: true),
                    new("95 %", static gap => Bounds(gap.DifferenceBounds)),
                    new("RATIO", static gap => gap.Ratio is { } ratio ? Number(ratio) : "", IsNumber: true),
                    new("P", static gap => Number(gap.Adjusted), IsNumber: true),
                ],
                ""));
    }

    private static IReadOnlyList<Column<Measure>> Columns =>
    [
        new("FIGURE", static measure => measure.Name), new("VALUE", Value, IsNumber: true),
        new("95 %", static measure => Bounds(measure.Bounds)),
        new("NOTE", static measure => measure.Reason),
    ];

    private static void Section(TextWriter writer, string title, int count, Action print)
    {
        if (count == 0) return;
        writer.WriteLine();
        writer.WriteLine(title);
        print();
    }

    private static string TaskOf(EvaluationReport report) => report.Task switch
    {
        EvaluationTask.Binary => $"two classes, of which '{report.Positive}' is the positive one",
        EvaluationTask.Multiclass => $"{Amount(report.Classes.Count)} classes",
        EvaluationTask.Multilabel => $"{Amount(report.Classes.Count)} labels",
        _ => "numbers",
    };

    private static string Value(Measure? measure) => measure?.Value is { } value ? Number(value) : "";

    private static string Bounds(MeasureBounds? bounds) => bounds is null ? "" : $"{Number(bounds.Low)} to {Number(bounds.High)}";

    private static string Number(double value) => value.ToString("0.#####", CultureInfo.InvariantCulture) is var text
        && text is "0" or "-0" && value != 0
        ? value.ToString("0.##e0", CultureInfo.InvariantCulture)
        : text;

    private static string Amount(long value) => value.ToString(CultureInfo.InvariantCulture);
}
