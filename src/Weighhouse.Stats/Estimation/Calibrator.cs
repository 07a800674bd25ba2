using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>
/// Turns scores into probabilities by an isotonic fit, if that helps: the fit is kept only when it lowers the calibration error of rows
/// it has not seen.
/// </summary>
public sealed class Calibrator
{
    private const int Splits = 10;
    private const int HeldOutPart = 10;
    private readonly IsotonicFit? _fit;

    private Calibrator(IsotonicFit? fit, double errorBefore, double errorAfter) =>
        (_fit, ErrorBefore, ErrorAfter) = (fit, errorBefore, errorAfter);

    public bool IsFitted => _fit is not null;

    /// <summary>The mean calibration error of held out rows as scored.</summary>
    public double ErrorBefore { get; }

    /// <summary>The same after a fit to the other rows.</summary>
    public double ErrorAfter { get; }

    /// <param name="random">Which rows are held out: ten times a tenth of either class.</param>
    public static Result<Calibrator> Fit(ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores, CounterRandom random)
    {
        if (ProbabilityLoss.Problem(truth.Length, scores) is { } problem) return Error.Precondition(
            $"Scores cannot be calibrated, as {problem}.");
        var (hits, misses) = (Rows(truth, true), Rows(truth, false));
        if (Math.Min(hits.Length, misses.Length) < HeldOutPart)
            return Error.Precondition($"Scores cannot be calibrated by {hits.Length} positives and {misses.Length} negatives; "
                + $"{HeldOutPart} of each are needed.");
        var (before, after) = (0.0, 0.0);
        for (var split = 0; split < Splits; split++)
        {
            random.Shuffle<int>(hits);
            random.Shuffle<int>(misses);
            int[] held = [.. hits[..(hits.Length / HeldOutPart)], .. misses[..(misses.Length / HeldOutPart)]];
            int[] kept = [.. hits[(hits.Length / HeldOutPart)..], .. misses[(misses.Length / HeldOutPart)..]];
            var fit = Fit(truth, scores, kept);
            var (heldTruth, heldScores) = (Pick(truth, held), Pick(scores, held));
            before += CalibrationError(heldTruth, heldScores);
            after += CalibrationError(heldTruth, [.. heldScores.Select(fit.At)]);
        }

        var whole = after < before ? Fit(truth, scores, [.. hits, .. misses]) : null;
        return new Calibrator(whole, before / Splits, after / Splits);
    }

    public double Probability(double score) => _fit?.At(score) ?? score;

    private static double CalibrationError(bool[] truth, double[] scores) =>
        CalibrationBins.Of(truth, scores, 10, Binning.EqualCount).Value.ExpectedError;

    private static IsotonicFit Fit(ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores, int[] rows) =>
        IsotonicFit.Of(Pick(scores, rows), [.. Pick(truth, rows).Select(isTrue => isTrue ? 1.0 : 0)]).Value;

    private static T[] Pick<T>(ReadOnlySpan<T> values, int[] rows)
    {
        var picked = new T[rows.Length];
        for (var at = 0; at < rows.Length; at++) picked[at] = values[rows[at]];
        return picked;
    }

    private static int[] Rows(ReadOnlySpan<bool> truth, bool wanted)
    {
        var rows = new List<int>();
        for (var at = 0; at < truth.Length; at++)
            if (truth[at] == wanted) rows.Add(at);
        return [.. rows];
    }
}
