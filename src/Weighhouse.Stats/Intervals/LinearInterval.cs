using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>
/// Normal intervals of figures that are smooth functions of means, by what each row moves the figure (the delta method): as quick as a sum,
/// and the same without a seed.
/// </summary>
public static class LinearInterval
{
    private const string Method = "delta";

    /// <param name="influences">What each row pulls the figure up or down by, times the number of rows; they sum to about 0.</param>
    public static Interval Of(
        double estimate, ReadOnlySpan<double> influences, double level = Interval.DefaultLevel, string method = Method)
    {
        if (influences.Length < 2)
            return Interval.Undefined(method, $"{influences.Length} rows tell nothing of their spread", level, estimate);
        if (Order.FirstNaN(influences) is var at and >= 0) return Interval.Undefined(method, $"row {at} is not a number", level, estimate);
        var error = Math.Sqrt(Sums.Variance(influences) / influences.Length);
        // No spread among the rows at hand is want of rows, and not certainty.
        return error == 0
            ? Interval.Undefined(method, "every row says the same, so that nothing tells the spread", level, estimate)
            : Interval.Around(estimate, NormalDistribution.Reach(level) * error, level, method);
    }

    /// <summary>The sum of the one over the sum of the other, such as the absolute error over the size of what was to be
    /// foretold.</summary>
    public static Interval Ratio(ReadOnlySpan<double> above, ReadOnlySpan<double> below, double level = Interval.DefaultLevel)
    {
        Invariant.That(above.Length == below.Length);
        var whole = Sums.Of(below);
        if (whole == 0) return Interval.Undefined(Method, "what is divided by is 0", level);
        var ratio = Sums.Of(above) / whole;
        var influences = new double[above.Length];
        for (var row = 0; row < influences.Length; row++)
            influences[row] = (above[row] - ratio * below[row]) / whole * influences.Length;
        return Of(ratio, influences, level);
    }

    /// <summary>The mean of several such ratios over the same rows, as macro averages are.</summary>
    /// <param name="above">Row after row, one number for each ratio.</param>
    public static Interval MeanOfRatios(
        ReadOnlySpan<double> above, ReadOnlySpan<double> below, int ratios, double level = Interval.DefaultLevel)
    {
        Invariant.That(above.Length == below.Length && ratios > 0 && above.Length % ratios == 0);
        var (tops, wholes) = (new NeumaierSum[ratios], new NeumaierSum[ratios]);
        for (var at = 0; at < above.Length; at++)
        {
            tops[at % ratios].Add(above[at]);
            wholes[at % ratios].Add(below[at]);
        }

        if (Array.FindIndex(wholes, whole => whole.Value == 0) is var empty and >= 0)
            return Interval.Undefined(Method, $"what number {empty} is divided by is 0", level);
        var influences = new double[above.Length / ratios];
        var mean = new NeumaierSum();
        for (var ratio = 0; ratio < ratios; ratio++)
        {
            var (value, whole) = (tops[ratio].Value / wholes[ratio].Value, wholes[ratio].Value);
            mean.Add(value / ratios);
            for (var row = 0; row < influences.Length; row++)
                influences[row] += (above[row * ratios + ratio] - value * below[row * ratios + ratio]) / whole * influences.Length / ratios;
        }

        return Of(mean.Value, influences, level);
    }

    /// <summary>
    /// Average precision by the logit's normal interval with the positives as its sample (Boyd, Eng and Page 2013): it stays between 0 and
    /// 1
    /// and needs no resampling.
    /// </summary>
    public static Interval AveragePrecision(
        ReadOnlySpan<bool> truth, ReadOnlySpan<double> scores, double level = Interval.DefaultLevel)
    {
        const string Name = "logit";
        var figure = PrecisionRecallCurve.AveragePrecision(truth, scores);
        if (!figure.IsDefined) return Interval.Undefined(Name, figure.Reason!, level);
        var area = figure.Value;
        if (area is 0 or 1) return Interval.Undefined(Name, $"average precision is {area}, where its logit is infinite", level, area);
        var middle = Math.Log(area / (1 - area));
        var half = NormalDistribution.Reach(level) / Math.Sqrt(truth.Count(true) * area * (1 - area));
        return new Interval(area, 1 / (1 + Math.Exp(half - middle)), 1 / (1 + Math.Exp(-half - middle)), level, Name);
    }

    /// <summary>
    /// The median by the order of the values alone, whatever their distribution: the two of them between which it lies in at least the
    /// level's
    /// share of repetitions.
    /// </summary>
    public static Interval Median(ReadOnlySpan<double> values, double level = Interval.DefaultLevel)
    {
        const string Name = "order statistics";
        if (values.Length == 0) return Interval.Undefined(Name, "there are no rows", level);
        if (Order.FirstNaN(values) is var at and >= 0) return Interval.Undefined(Name, $"row {at} is not a number", level);
        var sorted = Order.SortedCopy(values);
        var tail = (1 - level) / 2;
        // The largest count below which fewer than the tail of all fair tosses fall.
        var (low, high) = (-1, sorted.Length / 2);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            if (BinomialDistribution.Cdf(middle, sorted.Length, 0.5) <= tail) low = middle;
            else high = middle;
        }

        var median = Order.Median(values);
        return low < 0
            ? Interval.Undefined(Name, $"{sorted.Length} rows are too few for a level of {level}", level, median)
            : new Interval(median, sorted[low], sorted[sorted.Length - 1 - low], level, Name);
    }
}
