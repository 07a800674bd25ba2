using Microsoft.Extensions.Logging;
using Weighhouse.Kernel;

namespace Weighhouse.Serving.Runtimes.Python;

/// <summary>
/// The workers of one loaded version: at least so many, more when requests wait. One that dies is replaced at once, or after a delay that
/// doubles while none has answered; one that has done its share is replaced when its successor is ready.
/// </summary>
internal sealed class WorkerPool : IDisposable
{
    private readonly Lock _gate = new();
    private readonly HashSet<Worker> _all = [];
    private readonly Stack<Worker> _idle = new();
    private readonly Queue<TaskCompletionSource<Result<Worker>>> _waiting = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly WorkerOrder _order;
    private readonly Func<CancellationToken, Task<Result<Worker>>> _start;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _tending;
    private readonly KeyValuePair<string, object?> _tag;
    private int _starting;
    private int _failures;
    private long? _restartAt;
    private Error? _lastFailure;
    private bool _isTending;

    public WorkerPool(
        WorkerOrder order, Func<CancellationToken, Task<Result<Worker>>> start, Worker first, TimeProvider time, ILogger logger)
    {
        (_order, _start, _time, _logger) = (order, start, time, logger);
        _tag = new("deployment", order.Model.Deployment);
        SizeMax = Math.Max(order.Options.WorkersMin, order.Options.WorkersMax > 0 ? order.Options.WorkersMax : Environment.ProcessorCount);
        _tending = time.CreateTimer(
            static state => _ = ((WorkerPool)state!).TendAsync(), this, order.Options.HealthInterval, order.Options.HealthInterval);
        lock (_gate)
        {
            Join(first);
            for (var more = 1; more < order.Options.WorkersMin; more++) Begin(TimeSpan.Zero, null);
        }
    }

    public int SizeMax { get; }

    /// <summary>A worker for the caller alone, who gives it back. Fails at once when there is none and none may be started yet.</summary>
    /// <param name="deadline">A timestamp of the server's clock after which nobody waits; null for none.</param>
    public async ValueTask<Result<Worker>> TakeAsync(long? deadline, CancellationToken cancellation)
    {
        TaskCompletionSource<Result<Worker>> turn;
        lock (_gate)
        {
            if (_idle.TryPop(out var idle)) return idle;
            if (_stop.IsCancellationRequested) return Closed();
            if (_all.Count == 0 && _restartAt is not null) return Waits();
            if (_all.Count + _starting < SizeMax && _starting == 0) Begin(TimeSpan.Zero, null);
            turn = new TaskCompletionSource<Result<Worker>>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn);
        }

        try
        {
            return await turn.Task.WaitAsync(Remaining(deadline), _time, cancellation);
        }
        catch (Exception exception)
        {
            // Whatever went wrong: a turn that nobody waits for any more would be given a worker that nobody gives back.
            // When it was its turn at the same moment, the worker is there for the next.
            if (!turn.TrySetCanceled(CancellationToken.None) && (await turn.Task).TryGet(out var worker, out _)) await GiveAsync(worker);
            if (exception is not TimeoutException) throw;
            return new Error(ErrorCode.Unavailable, "The deadline passed before a Python worker was free. Allow more time.", "deadline");
        }
    }

    /// <summary>Takes a worker back; one that broke is buried and replaced.</summary>
    public async ValueTask GiveAsync(Worker worker)
    {
        if (worker.IsBroken || worker.Exited.IsCompleted)
        {
            await BuryAsync(worker);
            return;
        }

        lock (_gate)
        {
            if (worker.Answered > 0) (_failures, _lastFailure) = (0, null);
            if (_all.Contains(worker) && !_stop.IsCancellationRequested)
            {
                if (IsDone(worker)) Begin(TimeSpan.Zero, worker);
                Offer(worker);
                return;
            }
        }

        worker.Dispose();
    }

    public void Dispose()
    {
        List<Worker> idle, busy;
        lock (_gate)
        {
            if (_stop.IsCancellationRequested) return;
            _stop.Cancel();
            (idle, busy) = ([.. _idle], [.. _all.Except(_idle)]);
            foreach (var worker in _all) SetCount(-1);
            _all.Clear();
            _idle.Clear();
            while (_waiting.TryDequeue(out var turn)) turn.TrySetResult(Closed());
        }

        _tending.Dispose();
        foreach (var worker in idle) worker.Dispose();
        // Whoever asked them has given up: they may hang, and nobody would end them before their time is over.
        foreach (var worker in busy) worker.Kill();
    }

    private static Error Closed() => new(ErrorCode.Unavailable, "The version has been taken out of memory. Ask again.");

    /// <summary>Until a timestamp: without end when there is none, and nothing when it is over.</summary>
    private TimeSpan Remaining(long? at)
    {
        if (at is not { } timestamp) return Timeout.InfiniteTimeSpan;
        var remaining = _time.GetElapsedTime(_time.GetTimestamp(), timestamp);
        return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
    }

    private Error Waits()
    {
        var delay = _restartAt is null ? TimeSpan.Zero : Remaining(_restartAt);
        var why = _lastFailure is null ? "the last one ended" : "starting one failed; the server's log says why";
        return new Error(
            ErrorCode.Unavailable,
            $"No Python worker of '{_order.Model.Deployment}' is there: {why}. "
            + $"The next is started in {delay.TotalSeconds:0.0} seconds.")
        {
            RetryAfter = delay + TimeSpan.FromSeconds(1),
        };
    }

    private void Join(Worker worker)
    {
        _all.Add(worker);
        SetCount(1);
        _ = WatchAsync(worker);
        Offer(worker);
    }

    private void Offer(Worker worker)
    {
        while (_waiting.TryDequeue(out var turn))
            if (turn.TrySetResult(worker)) return;
        _idle.Push(worker);
    }

    private bool IsDone(Worker worker) =>
        ((_order.Options.RecycleRequests > 0 && worker.Answered >= _order.Options.RecycleRequests)
            || (_order.Options.RecycleBytes > 0 && worker.PeakBytes >= _order.Options.RecycleBytes))
        && worker.TryTire();

    /// <summary>Starts a worker after a delay; when it is there, the one that it replaces is let go.</summary>
    /// <param name="attempt">How many starts of the one that replaces it failed before.</param>
    private void Begin(TimeSpan delay, Worker? replaced, int attempt = 0)
    {
        _starting++;
        _restartAt = delay > TimeSpan.Zero ? _time.GetTimestamp() + (long)(delay.TotalSeconds * _time.TimestampFrequency) : null;
        _ = StartAsync(delay, replaced, attempt);
    }

    private async Task StartAsync(TimeSpan delay, Worker? replaced, int attempt)
    {
        Result<Worker> started;
        try
        {
            if (delay > TimeSpan.Zero) await Task.Delay(delay, _time, _stop.Token);
            lock (_gate) _restartAt = null;
            started = await _start(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            started = Closed();
        }
        catch (Exception exception)
        {
            // A boundary: a start that threw and was counted as under way for ever would leave every request waiting.
            WorkerLog.StartThrew(_logger, exception, _order.Model.Deployment, _order.Model.Version);
            started = new Error(ErrorCode.Internal, "its start failed; the log says why.");
        }

        if (started.TryGet(out var worker, out var error)) Welcome(worker, replaced);
        else Mourn(error, replaced, attempt);
    }

    private void Welcome(Worker worker, Worker? replaced)
    {
        var isLate = false;
        lock (_gate)
        {
            _starting--;
            if (_stop.IsCancellationRequested) isLate = true;
            else Join(worker);
        }

        WorkerMetrics.Starts.Add(1, _tag);
        if (isLate) worker.Dispose();
        else if (replaced is not null)
            Retire(replaced, $"it has answered {replaced.Answered} requests and held {replaced.PeakBytes >> 20} MiB");
    }

    private void Mourn(Error error, Worker? replaced, int attempt)
    {
        lock (_gate)
        {
            _starting--;
            if (_stop.IsCancellationRequested) return;
            _failures++;
            _lastFailure = error;
            // Whoever is to be replaced answers meanwhile, so it is this replacement's own failures that count.
            var isReplacing = replaced is not null && _all.Contains(replaced);
            var delay = DelayOf(isReplacing ? attempt + 1 : _failures);
            WorkerLog.StartFailed(_logger, _order.Model.Deployment, _order.Model.Version, delay.TotalMilliseconds, error);
            if (isReplacing) _ = ReplaceLaterAsync(replaced!, delay, attempt + 1);
            else if (_all.Count + _starting < _order.Options.WorkersMin) Begin(delay, null);
            FailWaiting();
        }
    }

    /// <summary>Tries again after a delay, in which nothing is under way that another start would wait for.</summary>
    private async Task ReplaceLaterAsync(Worker replaced, TimeSpan delay, int attempt)
    {
        try
        {
            await Task.Delay(delay, _time, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        lock (_gate)
            if (!_stop.IsCancellationRequested && _all.Contains(replaced)) Begin(TimeSpan.Zero, replaced, attempt);
    }

    /// <summary>Without any worker nobody is let wait for one that may not come.</summary>
    private void FailWaiting()
    {
        if (_all.Count > 0) return;
        while (_waiting.TryDequeue(out var turn)) turn.TrySetResult(Waits());
    }

    /// <summary>A worker that is let go while it answers is ended when it is given back.</summary>
    private void Retire(Worker worker, string why)
    {
        var isIdle = false;
        lock (_gate)
        {
            if (!_all.Remove(worker)) return;
            SetCount(-1);
            isIdle = TakeOut(worker);
        }

        WorkerLog.LetGo(_logger, _order.Model.Deployment, _order.Model.Version, worker.Id, why);
        if (isIdle) worker.Dispose();
    }

    private bool TakeOut(Worker worker)
    {
        if (!_idle.Contains(worker)) return false;
        var others = _idle.Where(other => other != worker).Reverse().ToList();
        _idle.Clear();
        foreach (var other in others) _idle.Push(other);
        return true;
    }

    private async Task BuryAsync(Worker worker)
    {
        lock (_gate)
        {
            if (_all.Remove(worker))
            {
                SetCount(-1);
                if (!_stop.IsCancellationRequested) Replace(worker);
            }
        }

        var end = await worker.EndAsync();
        if (!_stop.IsCancellationRequested)
        {
            WorkerMetrics.Deaths.Add(1, _tag);
            WorkerLog.Died(_logger, _order.Model.Deployment, _order.Model.Version, worker.Id, end);
        }

        lock (_gate) _lastFailure = new Error(ErrorCode.Unavailable, $"The last one {end.Reason}.");
        worker.Dispose();
    }

    private void Replace(Worker dead)
    {
        _failures = dead.Answered > 0 ? 0 : _failures + 1;
        if (_all.Count + _starting < _order.Options.WorkersMin || (_waiting.Count > 0 && _starting == 0))
            Begin(_failures == 0 ? TimeSpan.Zero : DelayOf(_failures), null);
        if (_restartAt is not null) FailWaiting();
    }

    private TimeSpan DelayOf(int failures)
    {
        var delay = _order.Options.RestartDelay * Math.Pow(2, Math.Min(failures - 1, 16));
        return delay < _order.Options.RestartDelayMax ? delay : _order.Options.RestartDelayMax;
    }

    /// <summary>A worker that dies while it has nothing to do is missed at once.</summary>
    private async Task WatchAsync(Worker worker)
    {
        await worker.Exited;
        bool isOurs;
        lock (_gate) isOurs = _all.Contains(worker) && TakeOut(worker);
        if (isOurs) await BuryAsync(worker);
    }

    private async Task TendAsync()
    {
        List<Worker> idle = [];
        lock (_gate)
        {
            if (_isTending || _stop.IsCancellationRequested) return;
            _isTending = true;
            // One at a time is out: the others go on answering.
            if (_idle.Count > 0) idle = [.. _idle];
        }

        try
        {
            foreach (var worker in idle) await TendAsync(worker);
        }
        finally
        {
            lock (_gate) _isTending = false;
        }
    }

    private async Task TendAsync(Worker worker)
    {
        bool isSpare;
        lock (_gate)
        {
            if (!TakeOut(worker)) return;
            isSpare = _all.Count > _order.Options.WorkersMin && _time.GetElapsedTime(worker.LastUsed) > _order.Options.IdleMax;
            if (isSpare) _idle.Push(worker);
        }

        if (isSpare) Retire(worker, "nobody has needed it");
        else if (await worker.IsWellAsync()) await GiveAsync(worker);
        else await BuryUnwellAsync(worker);
    }

    private async Task BuryUnwellAsync(Worker worker)
    {
        if (worker.Exited.IsCompleted) await worker.EndAsync();
        else await worker.EndAsync($"did not say within {_order.Options.HealthTimeout.TotalSeconds:0.###} seconds that it is well");
        await BuryAsync(worker);
    }

    private void SetCount(int change) => WorkerMetrics.Workers.Add(change, _tag);
}
