using Microsoft.Extensions.Logging;
using Weighhouse.Blobs.Backends;
using Weighhouse.Blobs.Hashing;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Store;

/// <summary>Opens the store once, after the hash has proved itself, and keeps what came of it.</summary>
internal sealed class ObjectStoreOpening : IDisposable
{
    private readonly Lazy<Result<ObjectStore>> _outcome;
    private BucketTending? _tending;

    /// <param name="bucket">With <paramref name="ledger"/>, where the packs lie when not in the folder.</param>
    public ObjectStoreOpening(
        BlobsOptions options,
        TimeProvider clock,
        IdGenerator ids,
        ILogger<ObjectStore> log,
        BucketMetrics metrics,
        BucketOptions? bucket = null,
        IPackLedger? ledger = null)
    {
        Invariant.That(bucket is null || ledger is not null);
        _outcome = new(() => bucket is null ? Open(options, clock, ids, log) : OpenBucket());

        Result<ObjectStore> OpenBucket()
        {
            if (Check(options, bucket) is { } wrong) return wrong;
            Blake3SelfTest.Run();
            return BucketOpening.Open(options, bucket!, ledger!, metrics, clock, ids, log, out _tending);
        }
    }

    public Result<ObjectStore> Outcome => _outcome.Value;

    /// <summary>The open store; a host that goes on after a refusal has a bug.</summary>
    public ObjectStore Store => Outcome.Value;

    /// <summary>What there is to tend of a store in a bucket; null when it is not open, or in a folder.</summary>
    public BucketTending? Tending => _outcome.IsValueCreated ? _tending : null;

    public static Result<ObjectStore> Open(BlobsOptions options, TimeProvider clock, IdGenerator ids, ILogger log)
    {
        if (Check(options, null) is { } wrong) return wrong;
        Blake3SelfTest.Run();
        return ObjectStore.Open(options, clock, ids, log);
    }

    public void Dispose()
    {
        if (_outcome.IsValueCreated && Outcome.TryGet(out var store, out _)) store.Dispose();
    }

    /// <summary>Names every wrong setting at once.</summary>
    private static Error? Check(BlobsOptions options, BucketOptions? bucket)
    {
        var wrong = new List<string>();
        if (string.IsNullOrWhiteSpace(options.Folder)) wrong.Add("Folder is empty; name the folder the blobs shall lie in.");
        if (options.FileSizeMaxBytes < 1) wrong.Add($"FileSizeMaxBytes is {options.FileSizeMaxBytes}; it must be at least 1 byte.");
        if (options.LargeUploadsMax < 1) wrong.Add($"LargeUploadsMax is {options.LargeUploadsMax}; it must be at least 1.");
        if (options.PackTargetBytes < 1 << 20) wrong.Add($"PackTargetBytes is {options.PackTargetBytes}; it must be at least 1 MiB.");
        if (options.RepackBytesPerSecondMax < 0)
            wrong.Add($"RepackBytesPerSecondMax is {options.RepackBytesPerSecondMax}; it must be 0 (off) or more.");
        if (options.BaseCacheBytes < 0) wrong.Add($"BaseCacheBytes is {options.BaseCacheBytes}; it must be 0 (none) or more.");
        if (bucket is not null) wrong.AddRange(BucketOpening.Check(bucket));
        if (options.SmallPacksMin < 2) wrong.Add($"SmallPacksMin is {options.SmallPacksMin}; it must be at least 2.");
        return wrong.Count == 0 ? null : Error.Invalid("Blobs: " + string.Join(' ', wrong));
    }
}
