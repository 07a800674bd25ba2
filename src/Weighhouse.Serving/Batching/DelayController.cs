namespace Weighhouse.Serving.Batching;

/// <summary>
/// Finds the longest delay that keeps 95 % of the answers within the objective: a millisecond more while there is room, half when there is
/// none, and half too when nobody joins whoever waits, for then waiting buys nothing. Whether anybody would join is known only by waiting:
/// from no delay it climbs now and then, and ever more seldom while it finds nobody.
/// </summary>
internal sealed class DelayController(int objectiveMs, int delayMsMax)
{
    /// <summary>64 answers between decisions: of those, 3 may be late.</summary>
    private const int AnswersPerDecision = 64;

    private const int LateShare = 20;
    private const double Comfortable = 0.8;
    private const double JoinedLeast = 1.5;

    /// <summary>4 decisions without delay before the first climb, and twice as many after each that finds nobody, up to 256.</summary>
    private const int RestLeast = 4;

    private const int RestMost = 256;

    private int _answers, _late, _near, _runs;
    private int _rest = RestLeast, _rested;
    private bool _isClimbing;

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
        var hasRoom = _near * LateShare <= _answers;
        if (_late * LateShare > _answers) Lower(DelayMs / 2);
        else if (_answers >= JoinedLeast * _runs) Joined(hasRoom);
        else Alone(hasRoom);
        (_answers, _late, _near, _runs) = (0, 0, 0, 0);
    }

    private void Joined(bool hasRoom)
    {
        if (hasRoom) DelayMs = Math.Min(DelayMs + 1, delayMsMax);
        (_isClimbing, _rest) = (false, RestLeast);
    }

    private void Alone(bool hasRoom)
    {
        if (DelayMs == 0)
        {
            if (++_rested < _rest) return;
            (_isClimbing, DelayMs) = (true, Math.Min(1, delayMsMax));
        }
        else if (_isClimbing && hasRoom && DelayMs < delayMsMax)
        {
            DelayMs = Math.Min(2 * DelayMs, delayMsMax);
        }
        else
        {
            if (_isClimbing) _rest = Math.Min(2 * _rest, RestMost);
            Lower(_isClimbing ? 0 : DelayMs / 2);
        }
    }

    private void Lower(int delayMs)
    {
        DelayMs = delayMs;
        (_isClimbing, _rested) = (false, 0);
    }
}
