namespace Weighhouse.Versioning.Content.Tables;

/// <summary>
/// Quantiles of numbers: exact for few; beyond, each number is counted under its logarithm, so that a quantile is within 1 % of a value
/// that has that rank. Memory is bounded: the smallest magnitudes share a place where there are too many.
/// </summary>
internal sealed class QuantileSketch
{
    private const int ExactMax = 1_024;

    private List<double>? _exact = [];
    private LogarithmCounts? _positive, _negative;
    private long _zeros, _count;

    public void Add(double value)
    {
        _count++;
        if (_exact is null)
        {
            Place(value);
            return;
        }

        _exact.Add(value);
        if (_exact.Count > ExactMax) PlaceAll();
    }

    /// <summary>What both have counted.</summary>
    public static QuantileSketch Of(QuantileSketch one, QuantileSketch other)
    {
        var sum = new QuantileSketch();
        if (one._exact is null || other._exact is null) sum.PlaceAll();
        foreach (var part in new[] { one, other })
        {
            foreach (var value in part._exact ?? []) sum.Add(value);
            if (part._exact is not null) continue;
            (sum._zeros, sum._count) = (sum._zeros + part._zeros, sum._count + part._count);
            sum._positive!.Add(part._positive!);
            sum._negative!.Add(part._negative!);
        }

        return sum;
    }

    /// <summary>The value of the rank at a share, from 0 to 1, of those added; between two of them in proportion when few.</summary>
    public double At(double share)
    {
        if (_count == 0) return double.NaN;
        if (_exact is not null)
        {
            _exact.Sort();
            var position = share * (_exact.Count - 1);
            var below = (int)position;
            var above = Math.Min(below + 1, _exact.Count - 1);
            return _exact[below] + (_exact[above] - _exact[below]) * (position - below);
        }

        var rank = share * (_count - 1);
        double seen = 0;
        foreach (var (place, count) in _negative!.Places().Reverse())
            if ((seen += count) > rank) return -LogarithmCounts.ValueOf(place);
        if ((seen += _zeros) > rank) return 0;
        var last = 0.0;
        foreach (var (place, count) in _positive!.Places())
        {
            last = LogarithmCounts.ValueOf(place);
            if ((seen += count) > rank) break;
        }

        return last;
    }

    private void PlaceAll()
    {
        (_positive, _negative) = (new LogarithmCounts(), new LogarithmCounts());
        foreach (var known in _exact!) Place(known);
        _exact = null;
    }

    private void Place(double value)
    {
        if (value > 0) _positive!.Add(value);
        else if (value < 0) _negative!.Add(-value);
        else _zeros++;
    }
}
