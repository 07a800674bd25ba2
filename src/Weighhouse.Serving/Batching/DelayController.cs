namespace Weighhouse.Serving.Batching;

/// <summary>
/// Finds the longest delay that keeps 95 % of the answers within the objective: a millisecond more while there is room, half when there is
/// none, and half too when nobody joins whoever waits, for then waiting buys nothing.
/// </summary>
internal sealed class DelayController(int objectiveMs, int delayMsMax)
{
    /// <summary>64 answers between decisions: of those, 3 may be late.</summary>
    private const int AnswersPerDecision = 64;

    private const int LateShare = 20;
    private const double Comfortable = 0.8;
    private const double JoinedLeast = 1.5;

    private int _answers, _late, _near, _runs;

    public int DelayMs { get; private set; }

    /// <summary>A run has ended, and these are the times from question to answer of those that were in it.</summary>
    public void Ran(ReadOnlySpan<double> latenciesMs)
    {
        _runs++;
        _answers += latenciesMs.Length;
        foreach (var latency in latenciesMs)
        {
            if (latency > objectiveMs) _late++;
            if (latency > Comfortable * objectiveMs) _near++;
        }

        if (_answers < AnswersPerDecision) return;
        var joins = _answers >= JoinedLeast * _runs;
        if (_late * LateShare > _answers || !joins) DelayMs /= 2;
        else if (_near * LateShare <= _answers) DelayMs = Math.Min(DelayMs + 1, delayMsMax);
        (_answers, _late, _near, _runs) = (0, 0, 0, 0);
    }
}
