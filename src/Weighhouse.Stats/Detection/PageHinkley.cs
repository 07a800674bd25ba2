namespace Weighhouse.Stats;

/// <summary>What Page and Hinkley's test allows.</summary>
public sealed record PageHinkleyOptions
{
    /// <value>0.005: what the mean may wander and it is no change.</value>
    public double Tolerance { get; init; } = 0.005;

    /// <value>50: how far the sum may rise above its least.</value>
    public double Limit { get; init; } = 50;

    /// <value>0.9999: how much of the sum a row keeps, so that the distant past fades.</value>
    public double Memory { get; init; } = 0.9999;

    /// <value>30 rows before the first alarm.</value>
    public long RowsMin { get; init; } = 30;
}

/// <summary>
/// Page and Hinkley's test for a mean that rises: deviations from the mean so far add up. Well known and easily explained; its false
/// alarms depend on the unit of the values, so prefer a CUSUM where the values are hits and misses.
/// </summary>
public sealed class PageHinkley(PageHinkleyOptions? options = null)
{
    private readonly PageHinkleyOptions _options = options ?? new PageHinkleyOptions();
    private double _sum;
    private double _least = double.PositiveInfinity;

    public long Rows { get; private set; }

    public double Mean { get; private set; }

    /// <summary>How far the sum is above its least; NaN before the first row.</summary>
    public double Rise => Rows == 0 ? double.NaN : _sum - _least;

    /// <returns>Whether this row makes it an alarm.</returns>
    public bool Add(double value)
    {
        Rows++;
        Mean += (value - Mean) / Rows;
        _sum = _options.Memory * _sum + value - Mean - _options.Tolerance;
        _least = Math.Min(_least, _sum);
        return Rows >= _options.RowsMin && Rise > _options.Limit;
    }

    public void Reset() => (Rows, Mean, _sum, _least) = (0, 0, 0, double.PositiveInfinity);
}
