namespace Weighhouse.Stats;

/// <summary>Losses with a parameter, and the shares of them that a model explains.</summary>
public static class RegressionLosses
{
    /// <summary>The loss whose best constant is a quantile: errors below count for the share, errors above for the rest.</summary>
    public static Figure Pinball(ReadOnlySpan<double> truth, ReadOnlySpan<double> predicted, double quantile)
    {
        if ((RegressionFigures.Problem(truth, predicted) ?? QuantileProblem(quantile)) is { } problem) return Figure.Undefined(problem);
        var sum = new NeumaierSum();
        for (var at = 0; at < truth.Length; at++)
        {
            var error = truth[at] - predicted[at];
            sum.Add(error >= 0 ? quantile * error : (quantile - 1) * error);
        }

        return sum.Value / truth.Length;
    }

    /// <summary>The share of the pinball loss of the best constant that is saved; of absolute errors for a quantile of ½.</summary>
    public static Figure D2Pinball(ReadOnlySpan<double> truth, ReadOnlySpan<double> predicted, double quantile = 0.5)
    {
        var loss = Pinball(truth, predicted, quantile);
        if (!loss.IsDefined) return loss;
        if (truth.Length < 2) return Figure.Undefined("one row has no spread", double.NaN);
        var constant = new double[truth.Length];
        Array.Fill(constant, Order.Quantile(Order.SortedCopy(truth), quantile));
        return RegressionFigures.Explained(loss.Value, Pinball(truth, constant, quantile).Value, truth);
    }

    /// <summary>Half the squared error within delta, linear beyond it.</summary>
    public static Figure Huber(ReadOnlySpan<double> truth, ReadOnlySpan<double> predicted, double delta = 1)
    {
        if (RegressionFigures.Problem(truth, predicted) is { } problem) return Figure.Undefined(problem);
        if (!(delta > 0)) return Figure.Undefined($"delta is {delta}, and must be above 0");
        var sum = new NeumaierSum();
        for (var at = 0; at < truth.Length; at++)
        {
            var error = Math.Abs(truth[at] - predicted[at]);
            sum.Add(error <= delta ? error * error / 2 : delta * (error - delta / 2));
        }

        return sum.Value / truth.Length;
    }

    /// <summary>
    /// The mean deviance of Tweedie's family: power 0 is the squared error, 1 Poisson's, 2 the gamma distribution's. Between 0 and 1 there
    /// is no such distribution.
    /// </summary>
    public static Figure TweedieDeviance(ReadOnlySpan<double> truth, ReadOnlySpan<double> predicted, double power)
    {
        if (RegressionFigures.Problem(truth, predicted) is { } problem) return Figure.Undefined(problem);
        if (power is > 0 and < 1 || double.IsNaN(power)) return Figure.Undefined($"there is no Tweedie distribution of power {power}");
        var sum = new NeumaierSum();
        for (var at = 0; at < truth.Length; at++)
        {
            var (y, mean) = (truth[at], predicted[at]);
            if (power != 0 && mean <= 0) return Figure.Undefined($"the prediction of row {at} is not above 0");
            if (power >= 2 ? y <= 0 : power >= 1
                && y < 0) return Figure.Undefined($"the truth of row {at} is out of the range of power {power}");
            sum.Add(Deviance(y, mean, power));
        }

        return sum.Value / truth.Length;
    }

    /// <summary>The share of the deviance of the mean that is saved; R² for power 0.</summary>
    public static Figure D2Tweedie(ReadOnlySpan<double> truth, ReadOnlySpan<double> predicted, double power)
    {
        var loss = TweedieDeviance(truth, predicted, power);
        if (!loss.IsDefined) return loss;
        if (truth.Length < 2) return Figure.Undefined("one row has no spread", double.NaN);
        var mean = new double[truth.Length];
        Array.Fill(mean, Sums.Mean(truth));
        var whole = TweedieDeviance(truth, mean, power);
        return whole.IsDefined ? RegressionFigures.Explained(loss.Value, whole.Value, truth) : whole;
    }

    internal static string? QuantileProblem(double quantile) =>
        quantile is >= 0 and <= 1 ? null : $"the quantile is {quantile}, and not from 0 to 1";

    private static double Deviance(double y, double mean, double power) => power switch
    {
        0 => (y - mean) * (y - mean),
        1 => 2 * ((y == 0 ? 0 : y * Math.Log(y / mean)) - y + mean),
        2 => 2 * (Math.Log(mean / y) + y / mean - 1),
        _ => 2 * (Math.Pow(Math.Max(y, 0), 2 - power) / ((1 - power) * (2 - power))
            - y * Math.Pow(mean, 1 - power) / (1 - power) + Math.Pow(mean, 2 - power) / (2 - power)),
    };
}
