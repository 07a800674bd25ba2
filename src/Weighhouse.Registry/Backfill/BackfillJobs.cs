using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Registry.Backfill;

/// <summary>
/// At start asks for a repository for every model that is older than repositories. What waits already is not asked for twice.
/// </summary>
internal sealed class BackfillStart(IDatabase database, IJobQueue jobs, RegistryOptions options, ILogger<BackfillStart> logger)
    : BackgroundService
{
    private static readonly SqlText ListUnreadyModels = RegistrySql.Catalog["ListUnreadyModels"];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var (after, asked) = (0L, 0);
            while (true)
            {
                var models = await database.ReadAsync(session => ListAsync(session, after), stoppingToken);
                if (models.Count == 0) break;
                var enqueued = await database.WriteAsync<Done>(session => EnqueueAsync(session, models), stoppingToken);
                if (enqueued.IsFailure) throw new DatabaseException(enqueued.Error);
                after = models[^1];
                asked += models.Count;
            }

            if (asked > 0) RegistryLog.BackfillAsked(logger, asked);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; the next one asks again.
        }
        catch (DatabaseException exception)
        {
            RegistryLog.BackfillNotAsked(logger, exception);
        }
    }

    private async ValueTask<List<long>> ListAsync(DbSession session, long after) => await session.Prepare(ListUnreadyModels)
        .Bind("after_no", after).Bind("count", options.BackfillModelsAtOnce).ListAsync(static row => row.Long(0));

    private async ValueTask<Result<Done>> EnqueueAsync(DbSession session, List<long> models)
    {
        foreach (var model in models)
        {
            var payload = model.ToString(CultureInfo.InvariantCulture);
            await jobs.EnqueueAsync(session, BackfillHandler.JobKind, payload, uniqueKey: payload);
        }

        return Done.Value;
    }
}

internal sealed class BackfillHandler(RepositoryBackfill backfill, RegistryOptions options) : IJobHandler
{
    public const string JobKind = "registry.repository";

    public string Kind => JobKind;

    public TimeSpan TimeLimit => options.BackfillTimeMax;

    /// <param name="payload">The model's number.</param>
    public ValueTask<Result<Done>> RunAsync(string payload, CancellationToken cancellation) =>
        backfill.RunAsync(long.Parse(payload, CultureInfo.InvariantCulture), cancellation);
}
