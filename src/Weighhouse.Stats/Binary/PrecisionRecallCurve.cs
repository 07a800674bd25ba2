using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>Precision against recall, recall falling, and average precision.</summary>
/// <param name="Precisions">Ends with 1, the precision of predicting nothing.</param>
/// <param name="Recalls">Ends with 0.</param>
/// <param name="Thresholds">From low to high, one fewer than points.</param>
public sealed record PrecisionRecallCurve(double[] Precisions, double[] Recalls, double[] Thresholds)
{
    public static Result<PrecisionRecallCurve> Of(ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores)
    {
        if ((ScoredRows.Problem(scores) ?? NoPositives(truth)) is { } problem)
            return Error.Precondition($"There is no precision-recall curve, as {problem}.");
        var rows = ScoredRows.Of(truth, scores);
        var steps = Enumerable.Range(0, rows.Steps).Reverse().ToArray();
        return new PrecisionRecallCurve(
            [.. steps.Select(step => Precision(rows, step)), 1],
            [.. steps.Select(step => rows.Positives[step] / (double)rows.AllPositives), 0],
            [.. steps.Select(step => rows.Thresholds[step])]);
    }

    /// <summary>Σ (Rₙ − Rₙ₋₁) Pₙ: precision averaged over the steps of recall, without interpolation.</summary>
    public static Figure AveragePrecision(ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores)
    {
        if (ScoredRows.Problem(scores) is { } problem) return Figure.Undefined(problem);
        if (NoPositives(truth) is { } reason) return Figure.Undefined(reason, -0.0);
        return AveragePrecision(ScoredRows.Of(truth, scores));
    }

    internal static double AveragePrecision(ScoredRows rows)
    {
        var sum = new NeumaierSum();
        var before = 0L;
        for (var step = 0; step < rows.Steps; step++)
        {
            sum.Add((rows.Positives[step] - before) * Precision(rows, step));
            before = rows.Positives[step];
        }

        return sum.Value / rows.AllPositives;
    }

    private static double Precision(ScoredRows rows, int step) =>
        rows.Positives[step] / (double)(rows.Positives[step] + rows.Negatives[step]);

    private static string? NoPositives(ReadOnlySpan<bool> truth) => truth.Contains(true) ? null : "no row is truly positive";
}
