namespace Weighhouse.Versioning.Content.Tables;

/// <summary>
/// Quantiles of numbers: exact for few; beyond, each number is counted under its logarithm, so that a quantile is within 1 % of a value
/// that has that rank. Memory is bounded: the smallest magnitudes share a place where there are too many.
/// </summary>
internal sealed class QuantileSketch
{
    private const int ExactMax = 1_024;
    private const int PlacesMax = 4_096;
    private const double Accuracy = 0.01;

    private static readonly double LogarithmOfStep = Math.Log((1 + Accuracy) / (1 - Accuracy));

    private readonly SortedDictionary<int, long> _positive = [], _negative = [];
    private List<double>? _exact = [];
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
        if (_exact.Count <= ExactMax) return;
        foreach (var known in _exact) Place(known);
        _exact = null;
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
        foreach (var (place, count) in _negative.Reverse())
            if ((seen += count) > rank) return -ValueOf(place);
        if ((seen += _zeros) > rank) return 0;
        foreach (var (place, count) in _positive)
            if ((seen += count) > rank) return ValueOf(place);
        return _positive.Count > 0 ? ValueOf(_positive.Last().Key) : 0;
    }

    private void Place(double value)
    {
        if (value == 0)
        {
            _zeros++;
            return;
        }

        var places = value > 0 ? _positive : _negative;
        var place = (int)Math.Ceiling(Math.Log(Math.Abs(value)) / LogarithmOfStep);
        places[place] = places.GetValueOrDefault(place) + 1;
        if (places.Count <= PlacesMax) return;
        var smallest = places.First();
        places.Remove(smallest.Key);
        var next = places.First().Key;
        places[next] += smallest.Value;
    }

    private static double ValueOf(int place) => 2 * Math.Exp(place * LogarithmOfStep) / (1 + Math.Exp(LogarithmOfStep));
}
