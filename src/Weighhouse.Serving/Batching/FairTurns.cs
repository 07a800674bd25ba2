namespace Weighhouse.Serving.Batching;

/// <summary>What one model has had of the processors.</summary>
internal sealed class TurnShare
{
    /// <summary>In ticks of running; <see cref="FairTurns"/> guards it.</summary>
    public long Used { get; set; }
}

/// <summary>
/// So many runs at once, whatever models they are of. Who has had the least time goes first: a model that is asked for a thousand times as
/// often, or takes a thousand times as long, leaves the others their share.
/// </summary>
internal sealed class FairTurns(int runsAtOnce)
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<TaskCompletionSource, (long Used, long Order)> _waiting = new();
    private int _free = runsAtOnce;
    private long _order;
    private long _floor;

    public ValueTask TakeAsync(TurnShare share)
    {
        lock (_gate)
        {
            // Who was away does not come back with all the time it did not use.
            share.Used = Math.Max(share.Used, _floor);
            if (_free > 0)
            {
                // What is run while nobody waits moves the beginning for newcomers, too.
                _floor = Math.Max(_floor, share.Used);
                _free--;
                return default;
            }

            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn, (share.Used, _order++));
            return new ValueTask(turn.Task);
        }
    }

    public void Give(TurnShare share, long usedTicks)
    {
        TaskCompletionSource? next;
        lock (_gate)
        {
            share.Used += usedTicks;
            if (_waiting.TryDequeue(out next, out var place)) _floor = Math.Max(_floor, place.Used);
            else _free++;
        }

        next?.SetResult();
    }
}
