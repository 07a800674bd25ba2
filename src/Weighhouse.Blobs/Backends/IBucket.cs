namespace Weighhouse.Blobs.Backends;

/// <summary>
/// What is asked of a bucket, whoever runs it. Failures are thrown as <see cref="BucketException"/>, after the attempts that the options
/// allow; an object that is not there as FileNotFoundException.
/// </summary>
internal interface IBucket : IDisposable
{
    /// <summary>Bytes of each part but the last; every service takes 5 MiB and more.</summary>
    const int PartBytes = 8 << 20;

    /// <summary>For messages: the bucket's address, without secrets.</summary>
    string Name { get; }

    /// <summary>A whole object of at most <see cref="PartBytes"/>.</summary>
    Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation);

    /// <summary>Begins an object that is sent in parts; it is there once completed.</summary>
    Task<IBucketUpload> BeginAsync(string key, CancellationToken cancellation);

    /// <summary>Fills the target from this position of an object.</summary>
    Task ReadAsync(string key, long offsetBytes, Memory<byte> target, CancellationToken cancellation);

    /// <summary>Deletes what is there of these.</summary>
    Task DeleteAsync(IReadOnlyList<string> keys, CancellationToken cancellation);

    /// <summary>Every object under the prefix that the bucket tells of.</summary>
    IAsyncEnumerable<BucketObject> ListAsync(string prefix, CancellationToken cancellation);

    /// <summary>Aborts what was begun in parts before then and never completed; a service that cannot list such has rules for it.</summary>
    Task AbortBeforeAsync(string prefix, DateTimeOffset before, CancellationToken cancellation);
}

internal interface IBucketUpload
{
    /// <param name="number">From 1; parts may be sent in any order and at once.</param>
    Task PutPartAsync(int number, ReadOnlyMemory<byte> content, CancellationToken cancellation);

    Task CompleteAsync(CancellationToken cancellation);

    /// <summary>Gives up what was sent, as far as the bucket can be reached.</summary>
    Task AbortAsync();
}

internal readonly record struct BucketObject(string Key, DateTimeOffset Modified);
