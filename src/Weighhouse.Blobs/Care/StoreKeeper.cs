using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Care;

/// <summary>From time to time takes a step of the collection in the store of a server, and repacks it where that was asked for.</summary>
internal sealed class StoreKeeper(
    IObjectStore store,
    IEnumerable<ILiveObjects> roots,
    IEnumerable<IRepackHints> hints,
    BlobsOptions options,
    BlobsMetrics metrics,
    TimeProvider time,
    ILogger<StoreKeeper> log)
    : BackgroundService
{
    /// <summary>One step now.</summary>
    public async ValueTask<Result<CollectionReport>> StepAsync(CancellationToken cancellation)
    {
        var step = await store.Care.CollectAsync(roots, new CollectionRequest(options.CollectGrace), cancellation);
        if (step.TryGet(out var report, out var error)) log.Collected(report.Phase, report.Packs, report.FreedBytes, report.DeadBytes);
        else log.CollectionFailed(error.Message, null);
        return step;
    }

    /// <summary>One turn of the repacking now.</summary>
    public async ValueTask<Result<RepackReport>> RepackAsync(CancellationToken cancellation)
    {
        var request = new RepackRequest(BytesPerSecondMax: options.RepackBytesPerSecondMax, TimeMax: options.RepackTimeMax);
        var turn = await store.Care.RepackAsync(hints, request, null, cancellation);
        if (turn.TryGet(out var report, out var error))
        {
            metrics.Repacked(report);
            log.Repacked(report.Chunks, report.Files, report.ChunksWithBase, report.BytesBefore, report.BytesAfter);
        }
        else
        {
            log.RepackFailed(error.Message, null);
        }

        return turn;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.CollectEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await StepAndLogAsync(stoppingToken);
                if (options.RepackBytesPerSecondMax > 0) await RepackAndLogAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; the next one goes on.
        }
    }

    private async Task StepAndLogAsync(CancellationToken cancellation)
    {
        try
        {
            await StepAsync(cancellation);
        }
        // The boundary of a background task: whatever a module's roots throw ends this step and not the server; nothing was deleted.
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            log.CollectionFailed(failure.Message, failure);
        }
    }

    private async Task RepackAndLogAsync(CancellationToken cancellation)
    {
        try
        {
            await RepackAsync(cancellation);
        }
        // The boundary of a background task: whatever a module's hints throw ends this turn and not the server; nothing was lost.
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            log.RepackFailed(failure.Message, failure);
        }
    }
}
