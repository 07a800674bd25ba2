using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>Intervals of means, and of figures that are smooth functions of means.</summary>
public static class MeanInterval
{
    /// <summary>Student's interval: exact for normal values, and good for the means of many.</summary>
    public static Interval Student(ReadOnlySpan<double> values, double level = Interval.DefaultLevel)
    {
        if (values.Length < 2) return Interval.Undefined("student", $"{values.Length} rows tell nothing of their spread", level);
        if (Order.FirstNaN(values) is var at and >= 0) return Interval.Undefined("student", $"row {at} is not a number", level);
        var error = Math.Sqrt(Sums.Variance(values) / values.Length);
        return Interval.Around(Sums.Mean(values), -StudentDistribution.Quantile((1 - level) / 2, values.Length - 1) * error, level,
            "student");
    }

    /// <summary>
    /// The same when rows come in clusters that are alike inside: the clusters are what is independent, and the rows are not. Linearised,
    /// with as many degrees of freedom as clusters less one.
    /// </summary>
    public static Interval Clustered(ReadOnlySpan<double> values, ReadOnlySpan<int> clusters, double level = Interval.DefaultLevel)
    {
        Invariant.That(values.Length == clusters.Length);
        if (Order.FirstNaN(values) is var nan and >= 0) return Interval.Undefined("clustered", $"row {nan} is not a number", level);
        var mean = Sums.Mean(values);
        var sums = new Dictionary<int, double>();
        for (var at = 0; at < values.Length; at++)
            sums[clusters[at]] = sums.GetValueOrDefault(clusters[at]) + values[at] - mean;
        if (sums.Count < 2) return Interval.Undefined("clustered", $"{sums.Count} clusters tell nothing of their spread", level);
        var squares = Sums.OfSquares([.. sums.Values]);
        var error = Math.Sqrt(squares * sums.Count / (sums.Count - 1)) / values.Length;
        return Interval.Around(mean, -StudentDistribution.Quantile((1 - level) / 2, sums.Count - 1) * error, level, "clustered");
    }

    /// <summary>F1 by the delta method: normal, with the error that follows from those of its counts.</summary>
    public static Interval F1(BinaryConfusion confusion, double level = Interval.DefaultLevel)
    {
        if (confusion.F1 is { IsDefined: false } undefined) return Interval.Undefined("delta", undefined.Reason!, level);
        double count = confusion.Count;
        var (hit, wrong) = (confusion.TruePositives / count, (confusion.FalsePositives + confusion.FalseNegatives) / count);
        var whole = 2 * hit + wrong;
        var error = 2 * Math.Sqrt(hit * wrong * (hit + wrong) / count) / (whole * whole);
        // At either end the error is 0 for want of rows to tell it by, and not for certainty.
        if (error == 0) return Interval.Undefined("delta", $"F1 is {confusion.F1.Value}, where its slope says nothing", level,
            confusion.F1.Value);
        return Interval.Around(confusion.F1.Value, NormalDistribution.Reach(level) * error, level, "delta").ClampedTo(0, 1);
    }
}
