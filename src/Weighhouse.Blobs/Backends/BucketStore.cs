using Microsoft.Extensions.Logging;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Backends;

/// <summary>What the parts of a store in a bucket share.</summary>
internal sealed record BucketStore(
    IBucket Bucket,
    IPackLedger Ledger,
    BucketKeys Keys,
    BucketOptions Options,
    RemotePacks Packs,
    SemaphoreSlim PartSlots,
    BucketMetrics Metrics,
    TimeProvider Clock,
    ILogger Log)
{
    public static T Value<T>(Result<T> result) => result.TryGet(out var value, out var error) ? value : throw new BucketException(error);
}
