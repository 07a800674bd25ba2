using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Weighhouse.Blobs.Backends;
using Weighhouse.Blobs.Care;
using Weighhouse.Blobs.Store;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs;

public static class BlobsModule
{
    /// <summary>
    /// Adds <see cref="IObjectStore"/> and <see cref="IBlobStore"/> over one local folder, and the service that collects what no
    /// registered <see cref="ILiveObjects"/> names. Needs a TimeProvider and an IdGenerator.
    /// </summary>
    public static IServiceCollection AddBlobs(this IServiceCollection services, BlobsOptions options)
    {
        services.AddLogging();
        services.AddMetrics();
        services.TryAddSingleton<BlobsMetrics>();
        services.TryAddSingleton<BucketMetrics>();
        services.AddSingleton(options);
        services.AddSingleton<ObjectStoreOpening>();
        services.AddSingleton(provider => provider.GetRequiredService<ObjectStoreOpening>().Store);
        services.AddSingleton<IObjectStore>(provider => provider.GetRequiredService<ObjectStore>());
        services.AddSingleton<IBlobStore, PackedBlobStore>();
        services.AddSingleton<StoreKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<StoreKeeper>());
        return services;
    }

    /// <summary>
    /// Says that the packs lie in a bucket and the folder is only for what was brought near. Needs an <see cref="IPackLedger"/>.
    /// </summary>
    public static IServiceCollection AddBucket(this IServiceCollection services, BucketOptions options)
    {
        services.AddSingleton(options);
        services.AddHostedService<BucketKeeper>();
        return services;
    }

    /// <summary>Does once in the bucket what a store does all the time: puts, reads a range, deletes. Unavailable, with the cure.</summary>
    public static async Task<Result<Done>> TryBucketAsync(
        BucketOptions options, IdGenerator ids, CancellationToken cancellation)
    {
        var wrong = BucketOpening.Check(options).ToList();
        if (wrong.Count > 0) return Error.Invalid(string.Join(' ', wrong));
        var url = BucketUrl.Parse(options.Url).Value;
        try
        {
            if (!BucketOpening.Connect(url, options, ids).TryGet(out var connected, out var lacking)) return lacking;
            using var bucket = connected;
            await BucketProbe.RunAsync(bucket, url.Prefix, ids, cancellation);
            return Done.Ok;
        }
        catch (BucketException failure)
        {
            return failure.Error;
        }
    }

    /// <summary>Opens a store of objects outside a host: the workspace of a command.</summary>
    public static Result<IObjectStore> OpenStore(BlobsOptions options, TimeProvider clock, IdGenerator ids, ILogger log) =>
        ObjectStoreOpening.Open(options, clock, ids, log).Map(store => (IObjectStore)store);

    /// <summary>
    /// Opens the store, for the host to call before the first request: settings that make no sense and a folder that cannot be
    /// used are refused with the reason and the cure.
    /// </summary>
    public static Result<Done> PrepareBlobs(this IServiceProvider services) =>
        services.GetRequiredService<ObjectStoreOpening>().Outcome.Map(_ => Done.Value);
}
