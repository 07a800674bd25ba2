using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>The database: one seam over SQLite and PostgreSQL, with leases and durable jobs.</summary>
public static class DataModule
{
    internal static SqlCatalog Sql { get; } = SqlCatalog.Of(typeof(DataModule).Assembly);

    /// <summary>
    /// Registers <see cref="IDatabase"/>, <see cref="IDatabaseStartup"/>, <see cref="ILeases"/> and <see cref="IJobQueue"/>.
    /// Modules add their <see cref="MigrationSource"/> and their <see cref="IJobHandler"/>s as services.
    /// </summary>
    public static IServiceCollection AddData(this IServiceCollection services, DatabaseOptions options)
    {
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(IdGenerator.Secure);
        services.AddSingleton(options);
        services.AddSingleton(new MigrationSource("data", typeof(DataModule).Assembly));
        services.AddSingleton(MakeEngine);
        services.AddSingleton<IDatabase>(provider => provider.GetRequiredService<IDatabaseEngine>());
        services.AddSingleton<DatabaseStartup>();
        services.AddSingleton<IDatabaseStartup>(provider => provider.GetRequiredService<DatabaseStartup>());
        services.AddHostedService(provider => provider.GetRequiredService<DatabaseStartup>());
        services.AddSingleton<ILeases, LeaseBook>();
        services.AddSingleton<JobSignal>();
        services.AddSingleton<JobTable>();
        services.AddSingleton<IJobQueue, JobQueue>();
        services.AddSingleton<JobRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<JobRunner>());
        return services;
    }

    /// <summary>
    /// Opens the database in the options' directory for one command, with the schema of these modules. Without services: to set them up
    /// takes longer than most commands.
    /// </summary>
    public static async ValueTask<Result<OpenDatabase>> OpenAsync(
        DatabaseOptions options, IEnumerable<MigrationSource> modules, TimeProvider time, CancellationToken cancellation)
    {
        options = options with { IsForOneCommand = true };
        var engine = MakeEngine(options, IdGenerator.Secure, time, NullLogger.Instance);
        var startup = new DatabaseStartup(
            engine, options, [new MigrationSource("data", typeof(DataModule).Assembly), .. modules], time,
            NullLogger<DatabaseStartup>.Instance);
        var prepared = await startup.PrepareAsync(cancellation);
        if (!prepared.IsFailure) return new OpenDatabase(engine, startup);
        await startup.DisposeAsync();
        return prepared.Error;
    }

    private static IDatabaseEngine MakeEngine(IServiceProvider provider) => MakeEngine(
        provider.GetRequiredService<DatabaseOptions>(), provider.GetRequiredService<IdGenerator>(),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILoggerFactory>().CreateLogger("Weighhouse.Data.Database"));

    private static IDatabaseEngine MakeEngine(DatabaseOptions options, IdGenerator ids, TimeProvider time, ILogger logger)
    {
        if (!DatabaseUrl.Parse(options).TryGet(out var url, out var error)) throw new DatabaseException(error);
        return url.Postgres is null
            ? new SqliteDatabase(url.Path, options, time, logger)
            : new PostgresDatabase(url.Postgres, options, ids, time, logger);
    }
}
