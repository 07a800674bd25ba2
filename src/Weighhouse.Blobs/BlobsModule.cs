using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Weighhouse.Blobs.Hashing;
using Weighhouse.Blobs.Local;
using Weighhouse.Blobs.Store;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs;

public static class BlobsModule
{
    /// <summary>Adds <see cref="IBlobStore"/> over a local folder. Needs a TimeProvider and an IdGenerator.</summary>
    public static IServiceCollection AddBlobs(this IServiceCollection services, BlobsOptions options)
    {
        services.AddLogging();
        services.AddMetrics();
        services.TryAddSingleton<BlobsMetrics>();
        services.AddSingleton(options);
        services.AddSingleton<BlobsOpening>();
        services.AddSingleton<IBlobStore>(provider => provider.GetRequiredService<BlobsOpening>().Store);
        return services;
    }

    /// <summary>Opens a store of objects outside a host: the workspace of a command.</summary>
    public static Result<IObjectStore> OpenStore(BlobsOptions options, TimeProvider clock, IdGenerator ids, ILogger log)
    {
        Blake3SelfTest.Run();
        return ObjectStore.Open(options, clock, ids, log).Map(store => (IObjectStore)store);
    }

    /// <summary>
    /// Opens the store, for the host to call before the first request: settings that make no sense and a folder that cannot be
    /// used are refused with the reason and the cure.
    /// </summary>
    public static Result<Done> PrepareBlobs(this IServiceProvider services) =>
        services.GetRequiredService<BlobsOpening>().Outcome.Map(_ => Done.Value);
}
