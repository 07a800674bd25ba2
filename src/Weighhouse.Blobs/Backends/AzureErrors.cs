using System.Net;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Backends;

/// <summary>What Azure Blob answers when it refuses, in words that say what to do.</summary>
internal static class AzureErrors
{
    /// <summary>Whether the same request may succeed in a moment.</summary>
    public static bool IsPassing(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;

    public static Exception Translate(HttpStatusCode status, string? code, string bucket) => code switch
    {
        "BlobNotFound" => new FileNotFoundException($"{bucket} has no such object."),
        "ContainerNotFound" or "ContainerBeingDeleted" => Refusal(
            bucket, "there is no such container", "Make it, or mend the name in --store"),
        "AuthenticationFailed" or "InvalidAuthenticationInfo" => Refusal(
            bucket,
            $"the credentials were refused ({code})",
            "Check the account and its key, and this machine's clock: it may be off by 15 minutes at most"),
        "AuthorizationFailure" or "AuthorizationPermissionMismatch" or "InsufficientAccountPermissions" or "AccountIsDisabled" => Refusal(
            bucket, $"access was denied ({code})", "Allow this key to read, write, delete and list, and this network to reach the account"),
        null when status == HttpStatusCode.NotFound => new FileNotFoundException($"{bucket} has no such object."),
        _ => Refusal(bucket, $"it answered {(int)status} {code}", "If this lasts, look at the state of the service"),
    };

    public static BucketException Unreachable(Exception failure, string bucket)
    {
        var innermost = failure;
        while (innermost.InnerException is { } inner) innermost = inner;
        var refusal = Refusal(
            bucket, $"it cannot be reached: {innermost.Message}", "Check the network, and --store-endpoint where it is set");
        return new BucketException(refusal.Error, failure);
    }

    private static BucketException Refusal(string bucket, string what, string cure) =>
        new(new Error(ErrorCode.Unavailable, $"The bucket {bucket}: {what.TrimEnd('.')}. {cure}."));
}
