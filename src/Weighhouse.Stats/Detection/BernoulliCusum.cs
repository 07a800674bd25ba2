using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>
/// Page's cumulative sum for a share that rises, such as of errors: the quickest there is when both shares are known. The evidence
/// of each row adds
/// up and never falls below 0.
/// </summary>
public sealed class BernoulliCusum
{
    private readonly double _limit;
    private readonly double _hit;
    private readonly double _miss;

    /// <param name="normal">The share while nothing is wrong.</param>
    /// <param name="changed">The smallest share that matters.</param>
    /// <param name="limit">
    /// The evidence, in nats, that is an alarm. 7.2 gives one false alarm in about 10⁵ rows, 10.8 one in about 5 · 10⁶, for a
    /// changed share of 1.5
    /// times 0.1.
    /// </param>
    public BernoulliCusum(double normal, double changed, double limit)
    {
        Invariant.That(normal is > 0 and < 1 && changed > 0 && changed < 1 && changed != normal && limit > 0);
        (_limit, _hit, _miss) = (limit, Math.Log(changed / normal), Math.Log((1 - changed) / (1 - normal)));
    }

    public long Rows { get; private set; }

    public double Evidence { get; private set; }

    /// <summary>The row with which the evidence began to grow: where the change is most likely.</summary>
    public long Onset { get; private set; }

    /// <returns>Whether this row makes it an alarm. It stays one until <see cref="Reset"/>.</returns>
    public bool Add(bool isHit)
    {
        if (Evidence == 0) Onset = Rows;
        Rows++;
        Evidence = Math.Max(0, Evidence + (isHit ? _hit : _miss));
        return Evidence >= _limit;
    }

    public void Reset() => (Evidence, Onset) = (0, Rows);
}
