using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weighhouse.Data;

namespace Weighhouse.Versioning.Catalogue;

/// <summary>Looks at the data of the catalogue's entries when their branches have moved.</summary>
internal sealed class CatalogueKeeper(
    IDatabase database, CatalogueLook look, CatalogueSignal signal, TimeProvider time, VersioningOptions options,
    ILogger<CatalogueKeeper> log) : BackgroundService
{
    private const int EntriesAtOnce = 100;

    /// <summary>Looks at all entries that are behind; an entry that cannot be looked at now stays behind. Returns how many were.</summary>
    public async ValueTask<int> CatchUpAsync(CancellationToken cancellation)
    {
        var (after, renewed) = (0L, 0);
        while (true)
        {
            var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            var behind = await database.ReadAsync(
                session => CatalogueTable.ListBehindAsync(session, after, EntriesAtOnce, nowMs), cancellation);
            foreach (var entry in behind)
            {
                after = entry.Number;
                var seen = await look.RenewAsync(entry, LookDepth.Whole, cancellation);
                if (seen.Error is { } error) log.LookFailed(entry.Facts.Repository, entry.Facts.Path, error);
                else renewed++;
            }

            if (behind.Count < EntriesAtOnce) return renewed;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await signal.WaitAsync(options.CatalogueCheckedEvery, stoppingToken);
                await CatchUpOrLogAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; the next one goes on.
        }
    }

    private async Task CatchUpOrLogAsync(CancellationToken cancellation)
    {
        try
        {
            await CatchUpAsync(cancellation);
        }
        catch (DatabaseException exception)
        {
            log.CatchUpFailed(exception);
        }
    }
}
