using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Backends;

/// <summary>What S3 and its kin answer when they refuse, in words that say what to do.</summary>
internal static class S3Errors
{
    /// <summary>Null for what is a bug of ours and no refusal.</summary>
    public static Exception? Translate(Exception failure, string bucket) => failure switch
    {
        AmazonS3Exception { ErrorCode: "NoSuchKey" } => new FileNotFoundException(failure.Message),
        AmazonS3Exception { StatusCode: HttpStatusCode.NotFound, ErrorCode: "NotFound" } => new FileNotFoundException(failure.Message),
        AmazonServiceException service => new BucketException(Explain(service, bucket), service),
        AmazonClientException client when LacksCredentials(client) => new BucketException(
            Unavailable(
                bucket, "no credentials were found", "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the machine a role"),
            client),
        AmazonClientException client => new BucketException(Unreachable(bucket, client), client),
        HttpRequestException or IOException or TimeoutException or OperationCanceledException =>
            new BucketException(Unreachable(bucket, failure), failure),
        _ => null,
    };

    private static bool LacksCredentials(AmazonClientException failure) =>
        failure.Message.Contains("credential", StringComparison.OrdinalIgnoreCase)
        || failure.Message.Contains("IMDS", StringComparison.Ordinal);

    private static Error Explain(AmazonServiceException failure, string bucket) => failure.ErrorCode switch
    {
        "NoSuchBucket" => Unavailable(bucket, "there is no such bucket", "Make it, or mend the name in --store"),
        "AccessDenied" or "Forbidden" or "AllAccessDisabled" => Unavailable(
            bucket,
            $"access was denied: {failure.Message}",
            "Allow s3:GetObject, s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload and s3:ListBucket to these credentials"),
        "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "InvalidToken" or "ExpiredToken" or "TokenRefreshRequired" => Unavailable(
            bucket, $"the credentials were refused ({failure.ErrorCode})", "Check the key and the secret, and whether they have expired"),
        "RequestTimeTooSkewed" or "RequestExpired" => Unavailable(
            bucket, "this machine's clock is off by more than 15 minutes", "Set the clock; run a time service"),
        "PermanentRedirect" or "TemporaryRedirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" => Unavailable(
            bucket, $"the bucket is in another region ({failure.Message})", "Name its region with --store-region"),
        "QuotaExceeded" or "EntityTooLarge" or "InsufficientCapacity" => new Error(
            ErrorCode.StorageFull, $"The bucket {bucket} takes no more ({failure.ErrorCode}). Raise its quota, or collect garbage."),
        _ when failure.StatusCode == HttpStatusCode.Forbidden => Unavailable(
            bucket, $"access was denied: {failure.Message}", "Check the credentials and the bucket's policy"),
        _ => Unavailable(
            bucket, $"{failure.ErrorCode ?? "no answer"}: {failure.Message}", "If this lasts, look at the state of the service"),
    };

    private static Error Unreachable(string bucket, Exception failure)
    {
        var innermost = failure;
        while (innermost.InnerException is { } inner) innermost = inner;
        return Unavailable(
            bucket, $"it cannot be reached: {innermost.Message}", "Check the network, and --store-endpoint where it is set");
    }

    /// <summary>Not PermissionDenied, even where the bucket denies us: it is the server that may not, and not who asks it.</summary>
    private static Error Unavailable(string bucket, string what, string cure) =>
        new(ErrorCode.Unavailable, $"The bucket {bucket}: {what.TrimEnd('.')}. {cure}.");
}
