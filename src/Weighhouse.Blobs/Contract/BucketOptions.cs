namespace Weighhouse.Blobs;

/// <summary>Where a shared store lies, how to speak to it, and the limits of that.</summary>
public sealed class BucketOptions
{
    /// <summary><c>s3://BUCKET</c> or <c>s3://BUCKET/PREFIX</c>; <c>azure://CONTAINER</c> or <c>azure://CONTAINER/PREFIX</c>.</summary>
    public required string Url { get; set; }

    /// <summary>The server's address, for stores other than Amazon's; for Azure the account's.</summary>
    /// <value>Default: what the region says.</value>
    public Uri? Endpoint { get; set; }

    /// <summary>The region that requests are signed for.</summary>
    /// <value>Default: what the environment or the machine says, else us-east-1 when there is an endpoint.</value>
    public string? Region { get; set; }

    /// <summary>Whether the bucket is named in the path of the address and not in the host's name.</summary>
    /// <value>Default: true when there is an endpoint.</value>
    public bool? PathStyle { get; set; }

    /// <summary>The key to sign with; for Azure the account's name.</summary>
    /// <value>Default: the usual chain of the environment, profiles, and the machine's own role.</value>
    public string? AccessKey { get; set; }

    public string? SecretKey { get; set; }

    /// <summary>What the server encrypts objects with: <c>AES256</c>, <c>aws:kms</c>, or <c>aws:kms:KEY</c>.</summary>
    /// <value>Default: what the bucket says.</value>
    public string? Encryption { get; set; }

    /// <summary>How long one request may take; 8 MiB at 300 KB a second fit.</summary>
    /// <value>Default 30 seconds.</value>
    public TimeSpan RequestTimeLimit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a request is sent before its caller hears of it; with waits that double, five are about ten seconds.</summary>
    /// <value>Default 5.</value>
    public int AttemptsMax { get; set; } = 5;

    /// <summary>Parts that are sent at once by a process; each holds 8 MiB of memory.</summary>
    /// <value>Default 8, hence 64 MiB.</value>
    public int PartsMax { get; set; } = 8;

    /// <summary>
    /// A flush up to this size lies in the ledger: a row is written sooner than a distant bucket answers, and costs no request.
    /// </summary>
    /// <value>In bytes; default 256 KiB.</value>
    public int InlineMaxBytes { get; set; } = 256 << 10;

    /// <summary>What is kept on this machine of what was read and written.</summary>
    /// <value>In bytes; default 10 GiB.</value>
    public long CacheMaxBytes { get; set; } = 10L << 30;

    /// <summary>How long others wait for a server that has fallen silent. Renewed four times as often.</summary>
    /// <value>Default 60 seconds.</value>
    public TimeSpan LeaseLength { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How old an object that nothing names must be to be taken for litter.</summary>
    /// <value>Default 24 hours.</value>
    public TimeSpan LitterAge { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How often a server folds what others have left in the ledger, and every 24th time looks for litter.</summary>
    /// <value>Default 15 minutes.</value>
    public TimeSpan TendEvery { get; set; } = TimeSpan.FromMinutes(15);
}
