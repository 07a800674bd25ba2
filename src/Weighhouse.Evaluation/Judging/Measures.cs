using Weighhouse.Stats;

namespace Weighhouse.Evaluation.Judging;

/// <summary>Gathers figures with their intervals, in the words of a report.</summary>
internal sealed class Measures
{
    private readonly List<Measure> _all = [];

    public IReadOnlyList<Measure> All => _all;

    /// <summary>A share, with Wilson's interval and its counts.</summary>
    public void Share(string name, long hits, long of, bool? higherIsBetter = true)
    {
        var interval = ProportionInterval.Wilson(hits, of);
        _all.Add(new Measure(
            name, interval.IsDefined ? interval.Estimate : null, interval.Reason, Bounds(interval), new MeasureCounts(hits, of),
                higherIsBetter));
    }

    /// <summary>A figure that the interval is of.</summary>
    public void Add(string name, Interval interval, bool? higherIsBetter = true) => _all.Add(new Measure(
        name, double.IsFinite(interval.Estimate) ? interval.Estimate : null, interval.Reason, Bounds(interval), null, higherIsBetter));

    /// <summary>A figure with an interval that was made by itself.</summary>
    public void Add(string name, Figure figure, Interval interval, bool? higherIsBetter = true) => _all.Add(new Measure(
        name, Finite(figure.OrNull), figure.Reason ?? interval.Reason, figure.IsDefined ? Bounds(interval) : null, null, higherIsBetter));

    /// <summary>A figure of which no interval is known.</summary>
    public void Plain(string name, Figure figure, bool? higherIsBetter, string whyNoBounds) => _all.Add(new Measure(
        name, Finite(figure.OrNull), figure.Reason ?? whyNoBounds, null, null, higherIsBetter));

    public static MeasureBounds? Bounds(Interval interval) =>
        interval.IsDefined && double.IsFinite(interval.Low) && double.IsFinite(interval.High)
            ? new MeasureBounds(interval.Low, interval.High, interval.Level, interval.Method)
            : null;

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
