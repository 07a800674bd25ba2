using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>
/// Compares two streams, such as a canary and what it may replace, and may be looked at after every row: the mixture sequential
/// probability ratio test (Robbins 1970; Johari, Pekelis and Walsh 2015). Variances are estimated, so it begins after a number of rows.
/// </summary>
public sealed class MixtureTest
{
    /// <summary>Rows of each stream before which nothing is said: a variance of fewer is a guess.</summary>
    public const long RowsMin = 100;

    private readonly double _level;
    private readonly double _scale;
    private RunningMoments _first;
    private RunningMoments _second;
    private double _low = double.NegativeInfinity;
    private double _high = double.PositiveInfinity;

    /// <param name="scale">
    /// The size of difference the test is quickest to find, in the unit of the values. Any is valid; one far off finds differences later.
    /// </param>
    public MixtureTest(double scale, double level = Interval.DefaultLevel)
    {
        Invariant.That(scale > 0 && level is > 0 and < 1);
        (_scale, _level) = (scale, level);
    }

    /// <summary>Valid at any time: the smallest there ever was.</summary>
    public double PValue { get; private set; } = 1;

    /// <summary>The difference of the means, first less second: what all intervals until now have in common.</summary>
    public Interval Interval => Math.Min(_first.Count, _second.Count) < RowsMin
        ? Interval.Undefined("msprt", $"nothing is said before {RowsMin} rows of each", _level)
        : new Interval(_first.Mean - _second.Mean, _low, _high, _level, "msprt");

    public void AddFirst(double value)
    {
        _first.Add(value);
        Look();
    }

    public void AddSecond(double value)
    {
        _second.Add(value);
        Look();
    }

    private void Look()
    {
        if (Math.Min(_first.Count, _second.Count) < RowsMin) return;
        var variance = _first.Variance / _first.Count + _second.Variance / _second.Count;
        if (!(variance > 0)) return;
        var difference = _first.Mean - _second.Mean;
        var (mixed, square) = (variance + _scale * _scale, _scale * _scale);
        var evidence = 0.5 * Math.Log(variance / mixed) + square * difference * difference / (2 * variance * mixed);
        PValue = Math.Min(PValue, Math.Exp(-evidence));
        var half = Math.Sqrt(variance * mixed / square * (Math.Log(mixed / variance) - 2 * Math.Log(1 - _level)));
        // Nothing in common any more means that the difference changes on the way: the interval stays where it was.
        if (difference - half <= _high && difference + half >= _low)
            (_low, _high) = (Math.Max(_low, difference - half), Math.Min(_high, difference + half));
    }
}
