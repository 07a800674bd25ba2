namespace Weighhouse.Data;

/// <summary>A job being run here, and the means to stop it.</summary>
internal sealed class RunningJob : IDisposable
{
    private readonly CancellationTokenSource _timeLimit;
    private readonly CancellationTokenSource _stop;
    private readonly Lock _gate = new();
    private bool _over;

    public RunningJob(ClaimedJob job, TimeSpan limit, TimeProvider time, CancellationToken stopping)
    {
        Job = job;
        _timeLimit = new CancellationTokenSource(limit, time);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, _timeLimit.Token);
    }

    public ClaimedJob Job { get; }

    public CancellationToken Cancellation => _stop.Token;

    /// <summary>Past its time limit: told to stop, and its lease is renewed no more.</summary>
    public bool IsOverdue => _timeLimit.IsCancellationRequested;

    /// <summary>Another runner may have it: whatever comes out of this run is not recorded.</summary>
    public bool IsLost { get; private set; }

    public void Lose()
    {
        lock (_gate)
        {
            if (_over) return;
            IsLost = true;
            _stop.Cancel();
        }
    }

    public void Dispose()
    {
        lock (_gate) _over = true;
        _stop.Dispose();
        _timeLimit.Dispose();
    }
}
