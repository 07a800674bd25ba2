using Weighhouse.Stats;

namespace Weighhouse.Evaluation.Judging;

/// <summary>Figures of a model that says numbers.</summary>
internal static class RegressionJudge
{
    private const string Extreme = "the largest of some rows tells nothing of larger ones";
    private const int ResidualBinCount = 20;

    public static IReadOnlyList<Measure> Measure(double[] truth, double[] predicted)
    {
        var measures = new Measures();
        var rows = truth.Length;
        var (signed, sizes, squares, spread, truths) = (
            new double[rows], new double[rows], new double[rows], new double[rows], new double[rows]);
        var mean = rows == 0 ? 0 : Sums.Mean(truth);
        for (var row = 0; row < rows; row++)
        {
            signed[row] = predicted[row] - truth[row];
            sizes[row] = Math.Abs(signed[row]);
            squares[row] = signed[row] * signed[row];
            spread[row] = (truth[row] - mean) * (truth[row] - mean);
            truths[row] = Math.Abs(truth[row]);
        }

        measures.Add("mae", RegressionFigures.MeanAbsoluteError(truth, predicted), MeanInterval.Student(sizes), false);
        var square = MeanInterval.Student(squares);
        measures.Add("mse", RegressionFigures.MeanSquaredError(truth, predicted), square, false);
        measures.Add("rmse", RegressionFigures.RootMeanSquaredError(truth, predicted), Root(square), false);
        measures.Add("bias", RegressionFigures.Bias(truth, predicted), MeanInterval.Student(signed), null);
        measures.Add("median_absolute_error", RegressionFigures.MedianAbsoluteError(truth, predicted), LinearInterval.Median(sizes), false);
        measures.Plain("max_error", RegressionFigures.MaximumError(truth, predicted), false, Extreme);
        measures.Add("r2", RegressionFigures.R2(truth, predicted), OneLess(LinearInterval.Ratio(squares, spread)));
        measures.Add("wape", RegressionFigures.WeightedPercentageError(truth, predicted), LinearInterval.Ratio(sizes, truths), false);
        if (RegressionFigures.MeanAbsolutePercentageError(truth, predicted) is { IsDefined: true } percentage)
            measures.Add("mape", percentage, MeanInterval.Student([.. sizes.Select((size, row) => size / truths[row])]), false);
        return measures.All;
    }

    public static IReadOnlyList<ResidualBin> Residuals(NumberRows rows)
    {
        if (rows.Count == 0) return [];
        var order = Order.Ascending(rows.Predicted);
        var bins = new List<ResidualBin>();
        var count = Math.Min(ResidualBinCount, rows.Count);
        for (var bin = 0; bin < count; bin++)
        {
            var (from, to) = ((int)((long)rows.Count * bin / count), (int)((long)rows.Count * (bin + 1) / count));
            var (sum, size) = (new NeumaierSum(), new NeumaierSum());
            for (var at = from; at < to; at++)
            {
                var residual = rows.Predicted[order[at]] - rows.Truth[order[at]];
                sum.Add(residual);
                size.Add(Math.Abs(residual));
            }

            bins.Add(new ResidualBin(
                rows.Predicted[order[from]], rows.Predicted[order[to - 1]], to - from, sum.Value / (to - from), size.Value / (to - from)));
        }

        return bins;
    }

    private static Interval Root(Interval square) => square.IsDefined
        ? square with { Estimate = Math.Sqrt(square.Estimate), Low = Math.Sqrt(Math.Max(0, square.Low)), High = Math.Sqrt(square.High) }
        : square;

    private static Interval OneLess(Interval ratio) => ratio.IsDefined
        ? ratio with { Estimate = 1 - ratio.Estimate, Low = 1 - ratio.High, High = 1 - ratio.Low }
        : ratio;
}
