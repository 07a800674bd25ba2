using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>
/// An interval of a share that may be looked at after every row: the chance that it ever leaves the truth out is at most 1 − level. It is
/// the set of shares that a beta-binomial mixture does not beat by 1/α (Robbins 1970); no approximation is involved.
/// </summary>
public sealed class AlwaysValidProportion
{
    /// <summary>The mixture: every share alike.</summary>
    private const double Prior = 1;

    private readonly double _level;
    private double _low;
    private double _high = 1;

    public AlwaysValidProportion(double level = Interval.DefaultLevel)
    {
        Invariant.That(level is > 0 and < 1);
        _level = level;
    }

    public long Hits { get; private set; }

    public long Trials { get; private set; }

    /// <summary>What all intervals until now have in common, which is valid too and never widens.</summary>
    public Interval Interval => Trials == 0
        ? Interval.Undefined("beta-binomial mixture", "there are no rows", _level)
        : new Interval(Hits / (double)Trials, _low, _high, _level, "beta-binomial mixture");

    public void Add(bool isHit) => Add(isHit ? 1 : 0, 1);

    /// <summary>Adds rows that are looked at together.</summary>
    public void Add(long hits, long trials)
    {
        Invariant.That(hits >= 0 && hits <= trials);
        (Hits, Trials) = (Hits + hits, Trials + trials);
        if (Trials == 0) return;
        var share = Hits / (double)Trials;
        var low = Search.FirstAtLeast(value => value >= share || !IsRefuted(value), share);
        var high = 1 - Search.FirstAtLeast(rest => rest >= 1 - share || !IsRefuted(1 - rest), 1 - share);
        // Nothing in common any more means that the share changes on the way: the interval stays where it was.
        if (low <= _high && high >= _low) (_low, _high) = (Math.Max(_low, low), Math.Min(_high, high));
    }

    /// <summary>Whether this share has been ruled out at any time until now.</summary>
    public bool HasRefuted(double share) => share < _low || share > _high;

    private bool IsRefuted(double share)
    {
        var misses = Trials - Hits;
        if ((share == 0 && Hits > 0) || (share == 1 && misses > 0)) return true;
        var evidence = LogBeta(Hits + Prior, misses + Prior) - LogBeta(Prior, Prior)
            - (Hits == 0 ? 0 : Hits * Math.Log(share)) - (misses == 0 ? 0 : misses * Stirling.LogOnePlus(-share));
        return evidence >= -Math.Log(1 - _level);
    }

    private static double LogBeta(double first, double second) =>
        Stirling.LogGamma(first) + Stirling.LogGamma(second) - Stirling.LogGamma(first + second);
}
