using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>
/// Whether something bad happens more often to the requests of a candidate than to those of what it may replace, and may be looked at after
/// every request. Requests are shared out with known shares, so that of the bad ones the candidate's part follows from the ratio of the two
/// rates alone: no rate is assumed, nothing is approximated, and one bad request in a million counts for what it is. The evidence is a
/// mixture of likelihood ratios over ratios beyond the tolerated one (Robbins 1970), against which a harmless candidate bets in vain.
/// </summary>
public sealed class HarmTest
{
    private const double LeastFactor = 1.05;
    private const double MostFactor = 64;
    private const int Factors = 28;

    private readonly double _tolerance;
    private readonly double _falseAlarm;
    private readonly double[] _logEvidence = new double[Factors];

    /// <param name="falseAlarm">The chance that a harmless candidate is ever found harmful.</param>
    /// <param name="tolerance">How many times as often it may happen to the candidate: 1 for no more often.</param>
    public HarmTest(double falseAlarm, double tolerance = 1)
    {
        Invariant.That(falseAlarm is > 0 and < 1 && tolerance > 0);
        (_falseAlarm, _tolerance) = (falseAlarm, tolerance);
    }

    /// <summary>How much more probable what happened is with a harmful candidate: 1 for nothing known.</summary>
    public double Evidence
    {
        get
        {
            var most = _logEvidence.Max();
            return Math.Exp(most) * _logEvidence.Sum(log => Math.Exp(log - most)) / Factors;
        }
    }

    /// <summary>What <see cref="Evidence"/> must reach.</summary>
    public double Bound => 1 / _falseAlarm;

    public bool HasFound => Evidence >= Bound;

    /// <summary>Adds bad requests of a time during which the candidate had this share of all.</summary>
    /// <param name="share">Above 0 and below 1.</param>
    public void Add(double share, long candidate, long others)
    {
        Invariant.That(share is > 0 and < 1 && candidate >= 0 && others >= 0);
        var harmless = PartOf(share, _tolerance);
        for (var i = 0; i < Factors; i++)
        {
            var harmful = PartOf(share, _tolerance * Factor(i));
            _logEvidence[i] += candidate * Math.Log(harmful / harmless) + others * Math.Log((1 - harmful) / (1 - harmless));
        }
    }

    /// <summary>Of all bad requests, the candidate's when they happen to it so many times as often.</summary>
    private static double PartOf(double share, double ratio) => share * ratio / (share * ratio + 1 - share);

    private static double Factor(int index) =>
        LeastFactor * Math.Pow(MostFactor / LeastFactor, index / (Factors - 1.0));
}
