using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>When the adaptive window is looked at, and what is a change.</summary>
public sealed record AdaptiveWindowOptions
{
    /// <value>0.002: the chance of a false cut, by a bound that holds for any distribution of values from 0 to 1.</value>
    public double Chance { get; init; } = 0.002;

    /// <value>Every 32 rows.</value>
    public int LookEvery { get; init; } = 32;

    /// <value>5 buckets of each size before two become one.</value>
    public int BucketsOfSize { get; init; } = 5;

    /// <value>5 rows at least on either side of a cut.</value>
    public int SideRowsMin { get; init; } = 5;

    /// <value>10 rows before the first look.</value>
    public int RowsMin { get; init; } = 10;
}

/// <summary>
/// ADWIN (Bifet and Gavaldà 2007): a window of the last values that is as long as their mean stays the same. Buckets of 1, 2, 4, …
/// rows keep
/// it in logarithmic memory; where two parts of it differ, the older part is dropped.
/// </summary>
public sealed class AdaptiveWindow(AdaptiveWindowOptions? options = null)
{
    private readonly AdaptiveWindowOptions _options = options ?? new AdaptiveWindowOptions();

    /// <summary>The newest first; sizes never fall from one to the next.</summary>
    private readonly List<RunningMoments> _buckets = [];
    private RunningMoments _window;
    private long _rows;

    /// <summary>How many of the last rows are in the window.</summary>
    public long Width => _window.Count;

    public double Mean => _window.Mean;

    /// <returns>Whether the window was cut: its older rows have another mean.</returns>
    public bool Add(double value)
    {
        Invariant.That(double.IsFinite(value));
        var one = new RunningMoments();
        one.Add(value);
        _buckets.Insert(0, one);
        _window.Add(value);
        Compress();
        return ++_rows % _options.LookEvery == 0 && Width > _options.RowsMin && Cut();
    }

    private void Compress()
    {
        for (var (first, size) = (0, 1L); ; size *= 2)
        {
            var end = first;
            while (end < _buckets.Count && _buckets[end].Count == size) end++;
            if (end - first <= _options.BucketsOfSize) return;
            // The two oldest of a size become the newest of the next.
            var joined = _buckets[end - 1];
            joined.Add(_buckets[end - 2]);
            _buckets[end - 2] = joined;
            _buckets.RemoveAt(end - 1);
            first = end - 2;
        }
    }

    private bool Cut()
    {
        var isCut = false;
        while (FindCut())
        {
            _buckets.RemoveAt(_buckets.Count - 1);
            _window = new RunningMoments();
            foreach (var bucket in _buckets) _window.Add(bucket);
            isCut = true;
        }

        return isCut;
    }

    private bool FindCut()
    {
        var (old, recent) = (new RunningMoments(), _window.Count * _window.Mean);
        for (var at = _buckets.Count - 1; at > 0; at--)
        {
            old.Add(_buckets[at]);
            recent -= _buckets[at].Count * _buckets[at].Mean;
            var left = _window.Count - old.Count;
            if (old.Count < _options.SideRowsMin || left < _options.SideRowsMin) continue;
            if (Math.Abs(old.Mean - recent / left) > Allowed(old.Count, left)) return true;
        }

        return false;
    }

    private double Allowed(long old, long recent)
    {
        var chance = Math.Log(2 * Math.Log(Width) / _options.Chance);
        var harmonic = 1.0 / (old - _options.SideRowsMin + 1) + 1.0 / (recent - _options.SideRowsMin + 1);
        var variance = Width < 2 ? 0 : _window.Variance * (Width - 1) / Width;
        return Math.Sqrt(2 * harmonic * variance * chance) + 2.0 / 3 * harmonic * chance;
    }
}
