using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
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

    private static IDatabaseEngine MakeEngine(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<DatabaseOptions>();
        var time = provider.GetRequiredService<TimeProvider>();
        var logger = provider.GetRequiredService<ILoggerFactory>().CreateLogger("Weighhouse.Data.Database");
        if (!DatabaseUrl.Parse(options).TryGet(out var url, out var error)) throw new DatabaseException(error);
        return url.Postgres is null
            ? new SqliteDatabase(url.Path, options, time, logger)
            : new PostgresDatabase(url.Postgres, options, provider.GetRequiredService<IdGenerator>(), time, logger);
    }
}
