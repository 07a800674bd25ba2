using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Artifacts;

/// <summary>
/// From time to time deletes content that no artifact names any more, and uploads nobody completed. What is younger than the grace stays:
/// its name may be about to commit. Runs in the process that puts, as the store asks.
/// </summary>
internal sealed class ArtifactSweeper(
    IDatabase database, IBlobStore blobs, TimeProvider time, TrackingOptions options, ILogger<ArtifactSweeper> logger) : BackgroundService
{
    private static readonly SqlText DeleteOldUploadParts = TrackingSql.Catalog["DeleteOldUploadParts"];
    private static readonly SqlText DeleteOldUploads = TrackingSql.Catalog["DeleteOldUploads"];
    private static readonly SqlText ListLiveBlobs = TrackingSql.Catalog["ListLiveBlobs"];

    /// <summary>One pass; with preview only counts.</summary>
    public async ValueTask<SweepReport> SweepAsync(bool preview, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (!preview) await GiveUpOldUploadsAsync((now - options.UploadLifetime).ToUnixTimeMilliseconds(), cancellation);
        var live = new HashSet<Digest>();
        await database.ReadAsync(async session =>
        {
            await session.Prepare(ListLiveBlobs).ForEachAsync(row =>
            {
                live.Add(new Digest(row.Bytes(0)));
                return true;
            });
            return Done.Value;
        }, cancellation);
        return await blobs.SweepAsync(live.Contains, now - options.SweepGrace, preview, cancellation);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.SweepEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await SweepAndLogAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; the next one goes on.
        }
    }

    private async Task SweepAndLogAsync(CancellationToken cancellation)
    {
        try
        {
            var report = await SweepAsync(preview: false, cancellation);
            TrackingLog.ArtifactsSwept(logger, report.Count, report.Bytes);
        }
        catch (Exception exception) when (exception is IOException or DatabaseException or UnauthorizedAccessException)
        {
            TrackingLog.SweepFailed(logger, exception);
        }
    }

    private async ValueTask GiveUpOldUploadsAsync(long beforeMs, CancellationToken cancellation) =>
        await database.WriteAsync<Done>(async session =>
    {
        await session.Prepare(DeleteOldUploadParts).Bind("before_ms", beforeMs).ExecuteAsync();
        await session.Prepare(DeleteOldUploads).Bind("before_ms", beforeMs).ExecuteAsync();
        return Done.Value;
    }, cancellation);
}
