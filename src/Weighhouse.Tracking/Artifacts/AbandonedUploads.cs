using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Artifacts;

/// <summary>From time to time forgets uploads nobody completed. Their parts are then content that nothing names.</summary>
internal sealed class AbandonedUploads(
    IDatabase database, TimeProvider time, TrackingOptions options, ILogger<AbandonedUploads> logger) : BackgroundService
{
    private static readonly SqlText DeleteOldUploadParts = TrackingSql.Catalog["DeleteOldUploadParts"];
    private static readonly SqlText DeleteOldUploads = TrackingSql.Catalog["DeleteOldUploads"];

    public async ValueTask ForgetAsync(CancellationToken cancellation)
    {
        var beforeMs = (time.GetUtcNow() - options.UploadLifetime).ToUnixTimeMilliseconds();
        await database.WriteAsync<Done>(async session =>
        {
            await session.Prepare(DeleteOldUploadParts).Bind("before_ms", beforeMs).ExecuteAsync();
            await session.Prepare(DeleteOldUploads).Bind("before_ms", beforeMs).ExecuteAsync();
            return Done.Value;
        }, cancellation);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.UploadsCheckedEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await ForgetOrLogAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; the next one goes on.
        }
    }

    private async Task ForgetOrLogAsync(CancellationToken cancellation)
    {
        try
        {
            await ForgetAsync(cancellation);
        }
        catch (DatabaseException exception)
        {
            TrackingLog.ForgettingUploadsFailed(logger, exception);
        }
    }
}
