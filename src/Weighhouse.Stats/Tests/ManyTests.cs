namespace Weighhouse.Stats;

/// <summary>
/// P-values of many tests, adjusted so that each may be held against the level as if it were alone. NaN stays NaN and is not
/// counted as a test.
/// </summary>
public static class ManyTests
{
    /// <summary>Bounds the chance of any false alarm; never weaker than Bonferroni's.</summary>
    public static double[] Holm(ReadOnlySpan<double> values) =>
        Adjusted(values, fromSmallest: true, static (value, place, count) => value * (count - place));

    public static double[] Bonferroni(ReadOnlySpan<double> values) =>
        Adjusted(values, fromSmallest: true, static (value, _, count) => value * count);

    /// <summary>Bounds the share of false alarms among alarms, for tests that are independent or rise together.</summary>
    public static double[] BenjaminiHochberg(ReadOnlySpan<double> values) =>
        Adjusted(values, fromSmallest: false, static (value, place, count) => value * count / (place + 1));

    /// <summary>The same however the tests depend on each other.</summary>
    public static double[] BenjaminiYekutieli(ReadOnlySpan<double> values) =>
        Adjusted(values, fromSmallest: false, static (value, place, count) =>
    {
        var harmonic = 0.0;
        for (var at = count; at >= 1; at--) harmonic += 1.0 / at;
        return value * harmonic * count / (place + 1);
    });

    /// <param name="fromSmallest">Whether an adjusted value is at least that of each smaller one; else at most that of each larger
    /// one.</param>
    private static double[] Adjusted(ReadOnlySpan<double> values, bool fromSmallest, Func<double, int, int, double> adjust)
    {
        var adjusted = values.ToArray();
        var order = Order.Ascending(values).Where(at => !double.IsNaN(adjusted[at])).ToArray();
        var bound = fromSmallest ? 0.0 : 1.0;
        for (var step = 0; step < order.Length; step++)
        {
            var place = fromSmallest ? step : order.Length - 1 - step;
            var value = Math.Min(1, adjust(adjusted[order[place]], place, order.Length));
            bound = fromSmallest ? Math.Max(bound, value) : Math.Min(bound, value);
            adjusted[order[place]] = bound;
        }

        return adjusted;
    }
}
