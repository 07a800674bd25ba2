using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weighhouse.Blobs.Store;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Backends;

/// <summary>Folds and sweeps from time to time in a server.</summary>
internal sealed class BucketKeeper(ObjectStoreOpening opening, BucketOptions options, TimeProvider time, ILogger<BucketKeeper> log)
    : BackgroundService
{
    /// <summary>Listing a large bucket takes minutes, and litter is rare.</summary>
    private const int RoundsToSweep = 24;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.TendEvery, time);
        try
        {
            for (var round = 1; await timer.WaitForNextTickAsync(stoppingToken); round++)
                await TendAsync(round % RoundsToSweep == 0, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; another goes on.
        }
    }

    private async Task TendAsync(bool sweeps, CancellationToken cancellation)
    {
        if (opening.Tending is not { } tending) return;
        try
        {
            var folded = await tending.FoldAsync(cancellation);
            log.PacksTended(folded, sweeps ? await tending.SweepAsync(cancellation) : 0);
        }
        // The boundary of a background task: bucket or database are away, and the next round finds the same to do.
        catch (ErrorException failure)
        {
            log.TendingFailed(failure.Error.Message);
        }
    }
}
