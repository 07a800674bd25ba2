using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Care;

/// <summary>From time to time takes a step of the collection in the store of a server.</summary>
internal sealed class StoreKeeper(
    IObjectStore store, IEnumerable<ILiveObjects> roots, BlobsOptions options, TimeProvider time, ILogger<StoreKeeper> log)
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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.CollectEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await StepAndLogAsync(stoppingToken);
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
}
