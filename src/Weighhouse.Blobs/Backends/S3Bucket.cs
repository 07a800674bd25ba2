using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Backends;

/// <summary>A bucket of S3, or of anything that speaks like it. Retries, back-off and jitter are the client's own.</summary>
internal sealed class S3Bucket : IBucket
{
    /// <summary>The most that one request may delete.</summary>
    private const int DeletesMax = 1000;

    private readonly AmazonS3Client _client;
    private readonly string _bucket;
    private readonly BucketOptions _options;

    public S3Bucket(BucketUrl url, BucketOptions options)
    {
        (_bucket, _options) = (url.Bucket, options);
        Name = options.Endpoint is { } endpoint ? $"s3://{url.Bucket} at {endpoint.Host}:{endpoint.Port}" : $"s3://{url.Bucket}";
        _client = Connect(options);
    }

    public string Name { get; }

    public Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation) => AskAsync(
        async () =>
        {
            var request = new PutObjectRequest
            {
                BucketName = _bucket,
                Key = key,
                InputStream = Streams.Over(content),
                AutoCloseStream = true,
                UseChunkEncoding = false,
                MD5Digest = Md5(content),
            };
            if (Encryption() is var (method, kmsKey))
                (request.ServerSideEncryptionMethod, request.ServerSideEncryptionKeyManagementServiceKeyId) = (method, kmsKey);
            return await _client.PutObjectAsync(request, cancellation);
        },
        cancellation);

    public async Task<IBucketUpload> BeginAsync(string key, CancellationToken cancellation)
    {
        var request = new InitiateMultipartUploadRequest { BucketName = _bucket, Key = key };
        if (Encryption() is var (method, kmsKey))
            (request.ServerSideEncryptionMethod, request.ServerSideEncryptionKeyManagementServiceKeyId) = (method, kmsKey);
        var begun = await AskAsync(() => _client.InitiateMultipartUploadAsync(request, cancellation), cancellation);
        return new Upload(this, key, begun.UploadId);
    }

    public Task ReadAsync(string key, long offsetBytes, Memory<byte> target, CancellationToken cancellation) => AskAsync(
        async () =>
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    var request = new GetObjectRequest
                    {
                        BucketName = _bucket,
                        Key = key,
                        ByteRange = new ByteRange(offsetBytes, offsetBytes + target.Length - 1),
                    };
                    using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                    limit.CancelAfter(_options.RequestTimeLimit);
                    using var response = await _client.GetObjectAsync(request, limit.Token);
                    await response.ResponseStream.ReadExactlyAsync(target, limit.Token);
                    return Done.Value;
                }
                // The client tries again what fails before the answer begins; a body that breaks off is ours to ask for again.
                catch (Exception failure) when (
                    attempt < _options.AttemptsMax
                    && failure is IOException or OperationCanceledException
                    && !cancellation.IsCancellationRequested)
                {
                }
            }
        },
        cancellation);

    public async Task DeleteAsync(IReadOnlyList<string> keys, CancellationToken cancellation)
    {
        foreach (var some in keys.Chunk(DeletesMax))
        {
            var request = new DeleteObjectsRequest
            {
                BucketName = _bucket,
                Quiet = true,
                Objects = [.. some.Select(key => new KeyVersion { Key = key })],
            };
            await AskAsync(() => _client.DeleteObjectsAsync(request, cancellation), cancellation);
        }
    }

    public async IAsyncEnumerable<BucketObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? next = null;
        do
        {
            var request = new ListObjectsV2Request { BucketName = _bucket, Prefix = prefix, ContinuationToken = next };
            var page = await AskAsync(() => _client.ListObjectsV2Async(request, cancellation), cancellation);
            foreach (var found in page.S3Objects ?? [])
                yield return new BucketObject(found.Key, At(found.LastModified));
            next = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (next is not null);
    }

    public async Task AbortBeforeAsync(string prefix, DateTimeOffset before, CancellationToken cancellation)
    {
        ListMultipartUploadsResponse page;
        try
        {
            page = await _client.ListMultipartUploadsAsync(
                new ListMultipartUploadsRequest { BucketName = _bucket, Prefix = prefix }, cancellation);
        }
        catch (AmazonS3Exception)
        {
            // Not every server can list them; those that cannot forget them by themselves.
            return;
        }

        foreach (var left in page.MultipartUploads ?? [])
        {
            if (left.Initiated is { } begun && begun.ToUniversalTime() < before.UtcDateTime)
                await new Upload(this, left.Key, left.UploadId).AbortAsync();
        }
    }

    public void Dispose() => _client.Dispose();

    private static AmazonS3Client Connect(BucketOptions options)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = options.PathStyle ?? options.Endpoint is not null,
            Timeout = options.RequestTimeLimit,
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = options.AttemptsMax - 1,
            // Other servers know neither checksums in trailers nor their newer algorithms; an MD5 of each body does the same everywhere.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.AbsoluteUri;
            config.AuthenticationRegion = options.Region ?? "us-east-1";
        }
        else if (options.Region is { } region)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        return options is { AccessKey: { } key, SecretKey: { } secret }
            ? new AmazonS3Client(new BasicAWSCredentials(key, secret), config)
            : new AmazonS3Client(config);
    }

    /// <summary>What has no time counts as new: it is not taken for litter.</summary>
    private static DateTimeOffset At(DateTime? modified) =>
        modified is { } time ? new DateTimeOffset(time.ToUniversalTime()) : DateTimeOffset.MaxValue;

    private static string Md5(ReadOnlyMemory<byte> content) =>
#pragma warning disable CA5351 // A checksum against accidents that every server knows; what guards against malice is the id of each object.
        Convert.ToBase64String(MD5.HashData(content.Span));
#pragma warning restore CA5351

    private (ServerSideEncryptionMethod Method, string? Key)? Encryption() => _options.Encryption switch
    {
        null => null,
        "AES256" => (ServerSideEncryptionMethod.AES256, null),
        var kms => (ServerSideEncryptionMethod.AWSKMS, kms.Length > "aws:kms:".Length ? kms["aws:kms:".Length..] : null),
    };

    private async Task<T> AskAsync<T>(Func<Task<T>> ask, CancellationToken cancellation)
    {
        try
        {
            return await ask();
        }
        // The boundary to the service: what it is known to refuse becomes an error.
        catch (Exception failure) when (!cancellation.IsCancellationRequested && S3Errors.Translate(failure, Name) is not null)
        {
            throw S3Errors.Translate(failure, Name)!;
        }
    }

    private sealed class Upload(S3Bucket bucket, string key, string id) : IBucketUpload
    {
        private readonly Lock _lock = new();
        private readonly List<PartETag> _parts = [];

        public Task PutPartAsync(int number, ReadOnlyMemory<byte> content, CancellationToken cancellation) => bucket.AskAsync(
            async () =>
            {
                var response = await bucket._client.UploadPartAsync(
                    new UploadPartRequest
                    {
                        BucketName = bucket._bucket,
                        Key = key,
                        UploadId = id,
                        PartNumber = number,
                        PartSize = content.Length,
                        InputStream = Streams.Over(content),
                        UseChunkEncoding = false,
                        MD5Digest = Md5(content),
                    },
                    cancellation);
                lock (_lock) _parts.Add(new PartETag(number, response.ETag));
                return response;
            },
            cancellation);

        public Task CompleteAsync(CancellationToken cancellation) => bucket.AskAsync(
            () => bucket._client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest
                {
                    BucketName = bucket._bucket,
                    Key = key,
                    UploadId = id,
                    PartETags = [.. _parts.OrderBy(part => part.PartNumber)],
                },
                cancellation),
            cancellation);

        public async Task AbortAsync()
        {
            try
            {
                await bucket._client.AbortMultipartUploadAsync(
                    new AbortMultipartUploadRequest { BucketName = bucket._bucket, Key = key, UploadId = id });
            }
            // It costs room until the bucket's own rule or the sweep finds it; the failure that led here is the one to tell.
            catch (Exception failure) when (S3Errors.Translate(failure, bucket.Name) is not null)
            {
            }
        }
    }
}
