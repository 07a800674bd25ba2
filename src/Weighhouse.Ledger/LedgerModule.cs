using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Blobs;
using Weighhouse.Data;

namespace Weighhouse.Ledger;

/// <summary>The ledger of packs in a bucket, in the database.</summary>
public static class LedgerModule
{
    internal static SqlCatalog Sql { get; } = SqlCatalog.Of(typeof(LedgerModule).Assembly);

    public static IServiceCollection AddLedger(this IServiceCollection services)
    {
        services.AddSingleton(new MigrationSource("ledger", typeof(LedgerModule).Assembly));
        services.AddSingleton<IPackLedger, PackLedger>();
        return services;
    }
}
