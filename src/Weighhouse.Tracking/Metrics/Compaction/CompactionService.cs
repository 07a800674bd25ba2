using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Metrics.Compaction;

/// <summary>
/// Folds tails in the background, one series at a time. What this process logged it knows; a scan at start and every hour finds what a
/// process that ended before its time has left.
/// </summary>
internal sealed class CompactionService(
    IDatabase database, CompactionQueue queue, SeriesCompactor compactor, TrackingOptions options, TimeProvider time,
    ILogger<CompactionService> logger) : BackgroundService
{
    private const int ScanPageSize = 1_000;

    private static readonly SqlText ListLongTails = TrackingSql.Catalog["ListLongTails"];

    /// <summary>Folds everything that is worth folding, then returns. For tests and before a backup.</summary>
    public async ValueTask DrainAsync(CancellationToken cancellation)
    {
        do
        {
            await ScanAsync(cancellation);
            while (queue.TryTake(out var series)) await CompactAsync(series, cancellation);
        }
        while (queue.TakeLostCount());
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var scanned = long.MinValue;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (scanned == long.MinValue || queue.TakeLostCount() || time.GetElapsedTime(scanned) >= options.CompactionScanInterval)
                {
                    scanned = time.GetTimestamp();
                    await ScanAsync(stoppingToken);
                }

                while (queue.TryTake(out var series)) await CompactAsync(series, stoppingToken);
                await WaitAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // A boundary: the tail stays readable without us, so the server lives on, and we try again after a pause.
                TrackingLog.CompactionFailed(logger, exception);
                await Task.Delay(options.CompactionRetryInterval, time, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async ValueTask CompactAsync(SeriesKey series, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var step = await compactor.StepAsync(series, cancellation);
            if (step.TryGet(out var outcome, out var error))
            {
                if (outcome is CompactionOutcome.HasMore) continue;
                if (outcome is CompactionOutcome.Done) TrackingMetrics.CompactionMs.Record(time.GetElapsedTime(started).TotalMilliseconds);
                return;
            }

            // Somebody else folded it, or more arrived: the next request that logs to it, or the next scan, brings it back.
            if (error.Code is not ErrorCode.Conflict) TrackingLog.SeriesNotCompacted(logger, series.RunNo, series.KeyNo, error.Message);
            return;
        }
    }

    private async ValueTask ScanAsync(CancellationToken cancellation)
    {
        var after = new SeriesKey(long.MinValue, long.MinValue);
        while (true)
        {
            var from = after;
            var page = await database.ReadAsync(session => ListAsync(session, from), cancellation);
            foreach (var series in page)
            {
                if (queue.Add(series)) continue;
                while (queue.TryTake(out var waiting)) await CompactAsync(waiting, cancellation);
                queue.Add(series);
            }

            if (page.Count < ScanPageSize) return;
            after = page[^1];
        }
    }

    private ValueTask<List<SeriesKey>> ListAsync(DbSession session, SeriesKey after) => session.Prepare(ListLongTails)
        .Bind("run_no", after.RunNo).Bind("key_no", after.KeyNo)
        .Bind("segments", (long)options.CompactionSegments).Bind("points", (long)options.CompactionPoints).Bind("limit", (long)ScanPageSize)
        .ListAsync(static row => new SeriesKey(row.Long(0), row.Long(1)));

    private async ValueTask WaitAsync(CancellationToken cancellation)
    {
        using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var timer = time.CreateTimer(
            static state => ((CancellationTokenSource)state!).Cancel(), pause, options.CompactionScanInterval, Timeout.InfiniteTimeSpan);
        try
        {
            await queue.WaitAsync(pause.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Time for a scan.
        }
    }
}
