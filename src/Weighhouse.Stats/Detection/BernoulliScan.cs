using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>
/// The generalised likelihood ratio for a share that rises from one that was itself only measured: the last rows are held against
/// the reference,
/// for many lengths at once, and a reference of few rows is trusted less.
/// </summary>
public sealed class BernoulliScan
{
    private readonly double _limit;
    private readonly long _referenceHits;
    private readonly long _referenceRows;
    private readonly int[] _lengths;
    private readonly long[] _sums;
    private long _hits;

    /// <param name="limit">The evidence, in nats, that is an alarm.</param>
    /// <param name="window">How far back a change is looked for.</param>
    public BernoulliScan(long referenceHits, long referenceRows, double limit, int window = 4096)
    {
        Invariant.That(referenceHits >= 0 && referenceHits <= referenceRows && referenceRows > 0 && limit > 0
            && window is >= 16 and <= 1 << 20);
        (_referenceHits, _referenceRows, _limit) = (referenceHits, referenceRows, limit);
        _sums = new long[window + 1];
        // A quarter more each time: a change is met by a length of at least nine tenths of its own.
        var lengths = new List<int>();
        for (var length = 8.0; length <= window; length *= 1.25) lengths.Add((int)length);
        _lengths = [.. lengths];
    }

    public long Rows { get; private set; }

    public double Evidence { get; private set; }

    /// <summary>The row from which on the share is most likely another.</summary>
    public long Onset { get; private set; }

    /// <returns>Whether the last rows, of any length, have a higher share than the reference beyond the limit.</returns>
    public bool Add(bool isHit)
    {
        if (isHit) _hits++;
        Rows++;
        _sums[Rows % _sums.Length] = _hits;
        Evidence = 0;
        foreach (var length in _lengths)
        {
            if (length > Rows) break;
            var hits = _hits - _sums[(Rows - length) % _sums.Length];
            if (hits * (double)_referenceRows <= (double)_referenceHits * length) continue;
            var evidence = LogRatio(hits, length);
            if (evidence <= Evidence) continue;
            (Evidence, Onset) = (evidence, Rows - length);
        }

        return Evidence >= _limit;
    }

    /// <summary>How much likelier two shares make both than one.</summary>
    private double LogRatio(long hits, long rows) =>
        Best(hits, rows) + Best(_referenceHits, _referenceRows) - Best(hits + _referenceHits, rows + _referenceRows);

    private static double Best(long hits, long rows)
    {
        if (hits == 0 || hits == rows) return 0;
        var share = hits / (double)rows;
        return hits * Math.Log(share) + (rows - hits) * Stirling.LogOnePlus(-share);
    }
}
