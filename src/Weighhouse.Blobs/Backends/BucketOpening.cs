using Microsoft.Extensions.Logging;
using Weighhouse.Blobs.Packs;
using Weighhouse.Blobs.Store;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Backends;

/// <summary>Opens a store whose packs lie in a bucket.</summary>
internal static class BucketOpening
{
    /// <summary>Names every wrong setting at once.</summary>
    public static IEnumerable<string> Check(BucketOptions options)
    {
        if (BucketUrl.Parse(options.Url).Error is { } wrong) yield return wrong.Message;
        if (options.AccessKey is null != options.SecretKey is null)
            yield return "AccessKey and SecretKey belong together; set both, or neither to use the environment's own.";
        if (options.AttemptsMax < 1) yield return $"AttemptsMax is {options.AttemptsMax}; it must be at least 1.";
        if (options.PartsMax < 1) yield return $"PartsMax is {options.PartsMax}; it must be at least 1.";
        if (options.InlineMaxBytes is < 0 or > IBucket.PartBytes)
            yield return $"InlineMaxBytes is {options.InlineMaxBytes}; it must be from 0 to {IBucket.PartBytes}.";
        if (options.CacheMaxBytes < 64 << 20) yield return $"CacheMaxBytes is {options.CacheMaxBytes}; it must be at least 64 MiB.";
        if (options.Encryption is not null && options.Url.StartsWith("azure:", StringComparison.Ordinal))
            yield return "Encryption is for S3; an account of Azure always encrypts, with the key that the account says.";
        if (options.Encryption is not (null or "AES256") && options.Encryption?.StartsWith("aws:kms", StringComparison.Ordinal) != true)
            yield return $"Encryption is '{options.Encryption}'; it must be AES256, aws:kms or aws:kms:KEY.";
    }

    /// <summary>Where the account and its key are not given, Azure's own variables say them.</summary>
    public static Result<IBucket> Connect(BucketUrl url, BucketOptions options, IdGenerator chance)
    {
        if (url.Service is BucketService.S3) return new S3Bucket(url, options);
        var account = options.AccessKey ?? Environment.GetEnvironmentVariable("AZURE_STORAGE_ACCOUNT");
        var secret = options.SecretKey ?? Environment.GetEnvironmentVariable("AZURE_STORAGE_KEY");
        var key = new byte[secret?.Length ?? 0];
        if (string.IsNullOrEmpty(account) || secret is null || !Convert.TryFromBase64String(secret, key, out var length))
        {
            return new Error(
                ErrorCode.Unavailable,
                $"The bucket azure://{url.Bucket}: no credentials were found, or the key is not in base64. "
                + "Set AZURE_STORAGE_ACCOUNT and AZURE_STORAGE_KEY.");
        }

        return new AzureBucket(url, options, account, key[..length], chance);
    }

    public static Result<ObjectStore> Open(
        BlobsOptions options,
        BucketOptions bucket,
        IPackLedger ledger,
        BucketMetrics metrics,
        TimeProvider clock,
        IdGenerator ids,
        ILogger log,
        out BucketTending? tending)
    {
        tending = null;
        var url = BucketUrl.Parse(bucket.Url).Value;
        var folder = new PackFolder(options.Folder);
        BucketHome? home = null;
        try
        {
            if (folder.Prepare().Error is { } refusal) return refusal;
            var name = ledger.OpenAsync(ids.Hex32(), CancellationToken.None).AsTask().GetAwaiter().GetResult();
            if (name.Error is { } refused) return refused;
            if (!Connect(url, bucket, ids).TryGet(out var connection, out var lacking)) return lacking;
            var store = new BucketStore(
                connection,
                ledger,
                new BucketKeys(url.Prefix, name.Value, ids),
                bucket,
                new RemotePacks(ledger),
                new SemaphoreSlim(bucket.PartsMax),
                metrics,
                clock,
                log);
            home = new BucketHome(folder, store, ids);
            // Asked before anything relies on it: a wrong name or key is told at the start.
            BucketProbe.RunAsync(connection, url.Prefix, ids, CancellationToken.None).GetAwaiter().GetResult();
            if (home.Take(name.Value).Error is { } taken) return taken;
            store.Packs.RefreshAsync(CancellationToken.None).GetAwaiter().GetResult();
            var parts = new StoreParts(folder, home, options, clock, log);
            var epochs = new LedgerEpochs(store, parts.Packs, ids);
            home.Writer = () => epochs.Writer;
            tending = new BucketTending(store);
            var opened = ObjectStore.Load(parts, epochs);
            epochs.Lost = opened.LeavePacks;
            return opened;
        }
        // The boundary to the bucket, the ledger and the disk: what they are known to refuse becomes an error.
        catch (Exception failure) when (home?.Explain(failure) is not null)
        {
            return home.Explain(failure)!;
        }
    }
}
