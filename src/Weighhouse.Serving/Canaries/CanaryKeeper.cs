using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Serving.Fleet;
using Weighhouse.Serving.Loading;
using Weighhouse.Serving.Routing;

namespace Weighhouse.Serving.Canaries;

/// <summary>
/// While canaries run: writes down what this replica has counted, learns what slow is, and lets the counts of all replicas decide.
/// </summary>
internal sealed class CanaryKeeper(
    IDatabase database, ServingFleet fleet, CanaryTallies tallies, CanaryService canaries, ServingOptions options, IdGenerator ids,
    TimeProvider time, ILogger<CanaryKeeper> logger) : BackgroundService
{
    /// <summary>Answers of the present version from which it is known what is slow for it.</summary>
    private const long TimedMin = 300;

    /// <summary>Slow is what one answer in ten takes: rarer ones say less in the same time, more frequent ones are not slow.</summary>
    private const double SlowQuantile = 0.9;

    private readonly string _replica = ids.Hex32();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.FollowInterval, time);
        while (await TickAsync(timer, stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                // A boundary: what was counted stays counted, and is written down at the next look.
                ServingLog.CanaryLookFailed(logger, exception);
            }
        }
    }

    private static async ValueTask<bool> TickAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async ValueTask LookAsync(CancellationToken cancellation)
    {
        var running = fleet.Table.All.Where(static deployment => deployment.Canary is not null).ToList();
        if (running.Count == 0) return;
        await WriteAsync(running, cancellation);
        foreach (var deployment in running)
        {
            try
            {
                await DecideAsync(deployment, deployment.Canary!.Value.Number, cancellation);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // A boundary: what is wrong with one canary must not keep the others from being decided.
                ServingLog.CanaryLookFailed(logger, exception);
            }
        }
    }

    private async ValueTask WriteAsync(IReadOnlyList<ServedDeployment> running, CancellationToken cancellation)
    {
        var counted = running
            .Select(static deployment => deployment.Canary!.Value.Number)
            .SelectMany(number => tallies.Of(number).Select(entry => (
                number, new StepCounts(entry.Step, entry.Tally.Candidate.Read(), entry.Tally.Others.Read()))))
            .ToList();
        var slow = running.Select(static deployment => (deployment.Canary!.Value.Number, SlowUs: SlowOf(deployment)))
            .Where(static entry => entry.SlowUs is not null).ToList();
        if (counted.Count == 0 && slow.Count == 0) return;
        await database.WriteAsync<Done>(
            async session =>
            {
                await CanaryStore.PutAsync(session, _replica, counted);
                foreach (var (number, slowUs) in slow) await CanaryStore.TimeAsync(session, number, slowUs!.Value);
                return Done.Value;
            },
            cancellation);
    }

    private async ValueTask DecideAsync(ServedDeployment deployment, long number, CancellationToken cancellation)
    {
        var failed = deployment.Statuses.FirstOrDefault(
            static status => status is { Error: not null, IsRetried: false } && status.Labels.Contains(CanaryRules.Label));
        if (failed is not null)
        {
            var reason = $"{failed.Model}/{failed.Version} could not be loaded: {failed.Error!.Message}";
            if (!(await canaries.TakeBackAsync(deployment.Name, number, reason, cancellation)).IsFailure)
                ServingLog.CanaryTakenBack(logger, deployment.Name, reason);
            return;
        }

        var decided = await canaries.DecideAsync(deployment.Name, number, cancellation);
        if (!decided.TryGet(out var decision, out var error))
        {
            // Another replica was first: nothing is wrong.
            if (error.Code is not ErrorCode.FailedPrecondition) ServingLog.CanaryUndecided(logger, deployment.Name, error);
            return;
        }

        if (decision.Verdict is not (Verdict.Wait or Verdict.Ask))
            ServingLog.CanaryDecided(logger, deployment.Name, decision.Verdict, decision.Why);
        if (decision.SlowUs is not { } slowUs) return;
        foreach (var (_, tally) in tallies.Of(number)) tally.SlowTicks = (long)(slowUs / 1e6 * time.TimestampFrequency);
    }

    /// <summary>What is slow for the versions that answered before, in microseconds; null while too few answers say so.</summary>
    private static long? SlowOf(ServedDeployment deployment)
    {
        var durations = new DurationHistogram();
        foreach (var route in deployment.Routes)
            if (route.Label != CanaryRules.Label && route.Weight > 0) durations.Add(route.Version.Counters.Durations);
        return durations.Count < TimedMin ? null : durations.Quantile(SlowQuantile);
    }
}
