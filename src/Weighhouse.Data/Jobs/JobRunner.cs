using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>
/// Runs the jobs this process has handlers for, a bounded number at a time: woken by a commit in this process, and by a poll
/// for what came due or was enqueued elsewhere.
/// </summary>
internal sealed class JobRunner(
    JobTable table,
    IEnumerable<IJobHandler> handlers,
    JobSignal signal,
    DatabaseOptions options,
    IdGenerator chance,
    TimeProvider time,
    ILogger<JobRunner> logger) : BackgroundService
{
    private const int RenewalsPerLease = 3;

    private readonly Dictionary<string, IJobHandler> _handlers = handlers.ToDictionary(handler => handler.Kind, StringComparer.Ordinal);
    private readonly List<JobShare> _shares = JobShare.Of(handlers);
    private readonly ConcurrentDictionary<RunningJob, Task> _running = new();
    private int _turn;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_handlers.Count == 0 || options.JobsConcurrentMax == 0) return;
        var renewing = RenewAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            signal.Reset();
            var free = options.JobsConcurrentMax - _running.Count;
            var started = free > 0 ? await StartDueAsync(free, stoppingToken) : 0;
            if (free == 0 || started < free) await WaitAsync(stoppingToken);
        }

        // They have been told to stop; what they leave undone goes back to the queue.
        await Task.WhenAll(_running.Values);
        await renewing;
    }

    private async Task<int> StartDueAsync(int free, CancellationToken stopping)
    {
        try
        {
            if (!await table.IsAnyDueAsync(stopping)) return 0;
            var started = 0;
            // Each round begins with another share: none waits for ever behind one that always has something to do.
            var first = _turn++ % _shares.Count;
            for (var i = 0; i < _shares.Count && started < free; i++)
                started += await StartShareAsync(_shares[(first + i) % _shares.Count], free - started, stopping);
            return started;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return 0;
        }
        catch (DatabaseException exception)
        {
            DataLog.JobPollFailed(logger, exception, options.JobPollMs);
            return 0;
        }
    }

    private async Task<int> StartShareAsync(JobShare share, int free, CancellationToken stopping)
    {
        var limit = Math.Min(free, share.RunsAtOnceMax - _running.Keys.Count(running => share.Has(running.Job.Kind)));
        if (limit <= 0) return 0;
        var claimed = await table.ClaimAsync(share.Kinds, limit, stopping);
        if (!claimed.TryGet(out var jobs, out var error)) throw new DatabaseException(error);
        foreach (var job in jobs) Start(job, stopping);
        return jobs.Count;
    }

    private void Start(ClaimedJob job, CancellationToken stopping)
    {
        var handler = _handlers[job.Kind];
        var running = new RunningJob(job, handler.TimeLimit, time, stopping);
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[running] = RunWhenListedAsync(running, handler, begin.Task, stopping);
        begin.SetResult();
    }

    /// <summary>Begins only when it is in the list, so that it can take itself out of it.</summary>
    private async Task RunWhenListedAsync(RunningJob running, IJobHandler handler, Task listed, CancellationToken stopping)
    {
        await listed;
        try
        {
            var outcome = await RunHandlerAsync(running, handler);
            if (!running.IsLost) await RecordAsync(running, outcome, stopping);
        }
        finally
        {
            _running.TryRemove(running, out _);
            running.Dispose();
            signal.Set();
        }
    }

    private static async Task<Result<Done>> RunHandlerAsync(RunningJob running, IJobHandler handler)
    {
        try
        {
            var outcome = await handler.RunAsync(running.Job.Payload, running.Cancellation);
            return outcome.IsFailure && running.IsOverdue ? Overdue(handler) : outcome;
        }
        catch (OperationCanceledException) when (running.IsOverdue)
        {
            return Overdue(handler);
        }
        catch (Exception exception)
        {
            // A boundary: a handler's bug fails its job, not the runner.
            return new Error(ErrorCode.Internal, $"{exception.GetType().Name}: {exception.Message}");
        }
    }

    private async Task RecordAsync(RunningJob running, Result<Done> outcome, CancellationToken stopping)
    {
        var job = running.Job;
        var recorded = outcome.IsFailure
            ? await RecordFailureAsync(job, outcome.Error, stopping)
            : await table.FinishAsync(job);
        DataMetrics.JobRan(job.Kind, outcome.IsFailure ? "failed" : "done");
        // The lease runs out by itself, and the job runs again: at least once is what was promised.
        if (recorded.IsFailure) DataLog.JobPollFailed(logger, new DatabaseException(recorded.Error), options.JobPollMs);
    }

    private ValueTask<Result<Done>> RecordFailureAsync(ClaimedJob job, Error error, CancellationToken stopping)
    {
        // Stopped by the end of the server: not an attempt.
        if (stopping.IsCancellationRequested) return table.DelayAsync(job, job.Attempt - 1, 0, null);
        if (job.Attempt >= options.JobAttemptsMax)
        {
            DataLog.JobFailed(logger, job.Id, job.Kind, job.Attempt, error.Message);
            return table.FailAsync(job, error.Message);
        }

        DataLog.JobRetried(logger, job.Id, job.Kind, job.Attempt, error.Message);
        return table.DelayAsync(job, job.Attempt, JobBackoff.DelayMs(options, job.Attempt, chance), error.Message);
    }

    private async Task WaitAsync(CancellationToken stopping)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await Task.WhenAny(signal.Task, Task.Delay(TimeSpan.FromMilliseconds(options.JobPollMs), time, over.Token));
        await over.CancelAsync();
    }

    private async Task RenewAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds((double)options.JobLeaseMs / RenewalsPerLease), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping)) await RenewOnceAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end of the server: the running jobs go back to the queue by themselves.
        }
    }

    private async Task RenewOnceAsync(CancellationToken stopping)
    {
        var held = _running.Keys.Where(static running => !running.IsOverdue && !running.IsLost).ToDictionary(static running => running.Job);
        if (held.Count == 0) return;
        var renewed = await table.RenewAsync(held.Keys, stopping);
        if (!renewed.TryGet(out var lost, out var error))
        {
            DataLog.JobPollFailed(logger, new DatabaseException(error), options.JobPollMs);
            return;
        }

        foreach (var job in lost)
        {
            // Finished in the meantime, or truly lost.
            if (!_running.ContainsKey(held[job])) continue;
            DataLog.JobLost(logger, job.Id, job.Kind);
            held[job].Lose();
        }
    }

    private static Error Overdue(IJobHandler handler) => new(
        ErrorCode.LimitExceeded,
        $"The job ran longer than the {handler.TimeLimit.TotalSeconds:N0} s its kind '{handler.Kind}' may take.");
}
