using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>How good forecasts of a series are: points, quantiles, intervals and whole distributions.</summary>
public static class ForecastFigures
{
    /// <summary>The mean absolute error as a multiple of that of repeating the last season in the history (MASE).</summary>
    public static Figure ScaledError(ReadOnlySpan<double> truth, ReadOnlySpan<double> forecast, ReadOnlySpan<double> history,
        int season = 1)
    {
        if ((RegressionFigures.Problem(truth, forecast) ?? HistoryProblem(history, season)) is { } problem) return Figure.Undefined(
            problem);
        var naive = Sums.OfAbsoluteDifferences(history[season..], history[..^season]) / (history.Length - season);
        return Figure.Ratio(RegressionFigures.MeanAbsoluteError(truth, forecast).Value, naive, "the history repeats itself exactly");
    }

    /// <summary>The same of root mean squared errors (RMSSE).</summary>
    public static Figure ScaledRootMeanSquare(
        ReadOnlySpan<double> truth, ReadOnlySpan<double> forecast, ReadOnlySpan<double> history, int season = 1)
    {
        if ((RegressionFigures.Problem(truth, forecast) ?? HistoryProblem(history, season)) is { } problem) return Figure.Undefined(
            problem);
        var naive = Sums.OfSquaredDifferences(history[season..], history[..^season]) / (history.Length - season);
        return Figure.Ratio(RegressionFigures.MeanSquaredError(truth, forecast).Value, naive, "the history repeats itself exactly")
            .Map(Math.Sqrt);
    }

    /// <summary>Twice the pinball loss of several quantiles as a share of the true sizes, averaged over the quantiles (WQL).</summary>
    /// <param name="forecasts">One row of forecasts for each quantile.</param>
    public static Figure WeightedQuantileLoss(ReadOnlySpan<double> truth, ReadOnlySpan<double> forecasts, ReadOnlySpan<double> quantiles)
    {
        Invariant.That(forecasts.Length == truth.Length * quantiles.Length);
        if (quantiles.IsEmpty) return Figure.Undefined("there are no quantiles");
        var sum = new NeumaierSum();
        for (var at = 0; at < quantiles.Length; at++)
        {
            var loss = RegressionLosses.Pinball(truth, forecasts.Slice(at * truth.Length, truth.Length), quantiles[at]);
            if (!loss.IsDefined) return loss;
            sum.Add(2 * loss.Value * truth.Length);
        }

        var size = Sums.OfAbsoluteDifferences(truth, new double[truth.Length]);
        return Figure.Ratio(sum.Value / quantiles.Length, size, "every truth is 0");
    }

    /// <summary>The share of truths inside their intervals, ends included.</summary>
    public static Figure Coverage(ReadOnlySpan<double> truth, ReadOnlySpan<double> low, ReadOnlySpan<double> high)
    {
        if ((RegressionFigures.Problem(truth, low) ?? RegressionFigures.Problem(truth, high)) is { } problem) return Figure.Undefined(
            problem);
        var inside = 0L;
        for (var at = 0; at < truth.Length; at++)
            if (low[at] <= truth[at] && truth[at] <= high[at]) inside++;
        return inside / (double)truth.Length;
    }

    /// <summary>Winkler's score: the width of the interval, and 2/α times how far the truth is outside. Less is better.</summary>
    /// <param name="level">What share of truths the intervals are to hold: 1 − α.</param>
    public static Figure Winkler(ReadOnlySpan<double> truth, ReadOnlySpan<double> low, ReadOnlySpan<double> high, double level)
    {
        if ((RegressionFigures.Problem(truth, low) ?? RegressionFigures.Problem(truth, high)) is { } problem) return Figure.Undefined(
            problem);
        if (!(level is > 0 and < 1)) return Figure.Undefined($"the level is {level}, and not between 0 and 1");
        var sum = new NeumaierSum();
        for (var at = 0; at < truth.Length; at++)
        {
            if (low[at] > high[at]) return Figure.Undefined($"the interval of row {at} ends before it begins");
            var outside = Math.Max(low[at] - truth[at], 0) + Math.Max(truth[at] - high[at], 0);
            sum.Add(high[at] - low[at] + 2 / (1 - level) * outside);
        }

        return sum.Value / truth.Length;
    }

    /// <summary>The continuous ranked probability score of normal forecasts, in the unit of the truth. Less is better.</summary>
    public static Figure RankedProbabilityScore(ReadOnlySpan<double> truth, ReadOnlySpan<double> means, ReadOnlySpan<double> deviations)
    {
        if ((RegressionFigures.Problem(truth, means) ?? RegressionFigures.Problem(truth, deviations)) is { } problem)
            return Figure.Undefined(problem);
        var sum = new NeumaierSum();
        for (var at = 0; at < truth.Length; at++)
        {
            if (deviations[at] < 0) return Figure.Undefined($"the deviation of row {at} is below 0");
            var error = truth[at] - means[at];
            if (deviations[at] == 0) sum.Add(Math.Abs(error));
            else
            {
                var z = error / deviations[at];
                sum.Add(deviations[at] * (z * (1 - 2 * NormalDistribution.Survival(z)) + 2 * NormalDistribution.Density(z)
                    - 1 / Math.Sqrt(Math.PI)));
            }
        }

        return sum.Value / truth.Length;
    }

    /// <summary>The same of forecasts given as draws: E|X − y| − ½E|X − X′| for each truth.</summary>
    /// <param name="draws">A row of draws for each truth.</param>
    /// <param name="isFair">Whether pairs of a draw with itself are left out, so that few draws are not punished for being few.</param>
    public static Figure RankedProbabilityScore(ReadOnlySpan<double> truth, ReadOnlySpan<double> draws, int count, bool isFair = false)
    {
        Invariant.That(count > 0 && draws.Length == truth.Length * count);
        if (truth.IsEmpty) return Figure.Undefined("there are no rows");
        if (isFair && count < 2) return Figure.Undefined("one draw has no spread");
        var sum = new NeumaierSum();
        for (var at = 0; at < truth.Length; at++)
        {
            var sorted = Order.SortedCopy(draws.Slice(at * count, count));
            var (distance, spread) = (new NeumaierSum(), new NeumaierSum());
            for (var draw = 0; draw < count; draw++)
            {
                distance.Add(Math.Abs(sorted[draw] - truth[at]));
                // Of sorted values each pair's distance is told by the places alone.
                spread.Add((2 * draw - count + 1.0) * sorted[draw]);
            }

            sum.Add(distance.Value / count - spread.Value / ((double)count * (isFair ? count - 1 : count)));
        }

        return sum.Value / truth.Length;
    }

    private static string? HistoryProblem(ReadOnlySpan<double> history, int season)
    {
        Invariant.That(season > 0);
        if (history.Length <= season) return $"a history of {history.Length} is too short for a season of {season}";
        return Order.FirstNaN(history) is var at and >= 0 ? $"row {at} of the history is not a number" : null;
    }
}
