using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Events;

/// <summary>
/// Looks once a second at what is watched here, since on PostgreSQL another replica may have changed it. What this replica changed is told
/// once more, which costs a page one more look. On SQLite there is one process, and nothing to look for.
/// </summary>
internal sealed class ReplicaPoller(
    IDatabase database, TrackingEventHub hub, TrackingOptions options, TimeProvider time, ILogger<ReplicaPoller> logger) : BackgroundService
{
    private const int KeysMax = 256;
    private const int RunsMax = 200;

    private static readonly SqlText FindRunPulse = TrackingSql.Catalog["FindRunPulse"];
    private static readonly SqlText ListSeriesPulses = TrackingSql.Catalog["ListSeriesPulses"];
    private static readonly SqlText ListExperimentPulses = TrackingSql.Catalog["ListExperimentPulses"];

    private readonly Dictionary<RunId, RunPulse> _runs = [];
    private readonly Dictionary<ExperimentId, Dictionary<RunId, Pulse>> _experiments = [];

    /// <summary>One look at everything watched.</summary>
    public async ValueTask PollAsync(CancellationToken cancellation)
    {
        Forget(_runs, hub.WatchedRuns);
        Forget(_experiments, hub.WatchedExperiments);
        foreach (var run in hub.WatchedRuns)
            if (await database.ReadAsync(session => ReadAsync(session, run), cancellation) is { } pulse) Compare(run, pulse);
        foreach (var experiment in hub.WatchedExperiments)
            Compare(experiment, await database.ReadAsync(session => ReadAsync(session, experiment), cancellation));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (database.Engine is DatabaseEngine.Sqlite) return;
        using var timer = new PeriodicTimer(options.EventPollInterval, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!await timer.WaitForNextTickAsync(stoppingToken)) return;
                await PollAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // A boundary: events are a courtesy; the next look may succeed.
                TrackingLog.PollFailed(logger, exception);
            }
        }
    }

    private static async ValueTask<RunPulse?> ReadAsync(DbSession session, RunId run)
    {
        var found = await session.Prepare(FindRunPulse).Bind("run_id", run.Text)
            .FirstAsync(static row => new RunPulse(
                row.Long(0), new ExperimentId(row.Long(1)), new Pulse((RunStatus)row.Long(2), row.Long(3)), []));
        if (found is null) return null;
        await session.Prepare(ListSeriesPulses).Bind("run_no", found.RunNo).Bind("limit", (long)KeysMax).ForEachAsync(row =>
        {
            found.Series[row.Text(0)] = row.Long(1);
            return true;
        });
        return found;
    }

    private static async ValueTask<Dictionary<RunId, Pulse>> ReadAsync(DbSession session, ExperimentId experiment)
    {
        var pulses = new Dictionary<RunId, Pulse>();
        var statement = session.Prepare(ListExperimentPulses).Bind("experiment_no", experiment.Number).Bind("limit", (long)RunsMax);
        await statement.ForEachAsync(row =>
        {
            pulses[new RunId(row.Text(0))] = new Pulse((RunStatus)row.Long(1), row.Long(2));
            return true;
        });
        return pulses;
    }

    private void Compare(RunId run, RunPulse now)
    {
        var isKnown = _runs.TryGetValue(run, out var before);
        _runs[run] = now;
        if (!isKnown) return;
        var keys = now.Series.Keys.Where(key => before!.Series.GetValueOrDefault(key) != now.Series[key]).ToList();
        if (keys.Count == 0 && now.Pulse == before!.Pulse) return;
        hub.Publish(now.Experiment, new RunEvent(run, now.Pulse.Status == before!.Pulse.Status ? null : now.Pulse.Status, keys));
    }

    private void Compare(ExperimentId experiment, Dictionary<RunId, Pulse> now)
    {
        var isKnown = _experiments.TryGetValue(experiment, out var before);
        _experiments[experiment] = now;
        if (!isKnown) return;
        foreach (var (run, pulse) in now)
        {
            if (before!.TryGetValue(run, out var old) && old == pulse) continue;
            hub.Publish(experiment, new RunEvent(run, pulse.Status == old.Status ? null : pulse.Status, []));
        }
    }

    private static void Forget<TKey, TValue>(Dictionary<TKey, TValue> known, ICollection<TKey> watched)
        where TKey : notnull
    {
        foreach (var key in known.Keys.Except(watched).ToList()) known.Remove(key);
    }

    /// <param name="Count">Of params, or of points: a number that grows.</param>
    private readonly record struct Pulse(RunStatus Status, long Count);

    private sealed record RunPulse(long RunNo, ExperimentId Experiment, Pulse Pulse, Dictionary<string, long> Series);
}
