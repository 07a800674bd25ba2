using System.Buffers;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Backends;

/// <summary>The address of a bucket and the folder in it.</summary>
/// <param name="Prefix">Empty, or ends with a slash.</param>
internal sealed record BucketUrl(BucketService Service, string Bucket, string Prefix)
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-");

    public static Result<BucketUrl> Parse(string text)
    {
        var at = text.IndexOf("://", StringComparison.Ordinal);
        BucketService? service = at < 0 ? null : text[..at] switch
        {
            "s3" => BucketService.S3,
            "azure" => BucketService.Azure,
            _ => null,
        };
        if (service is null) return Wrong(text, "it begins with neither s3:// nor azure://");
        var path = text[(at + 3)..];
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var bucket = slash < 0 ? path : path[..slash];
        var prefix = slash < 0 ? "" : path[(slash + 1)..].Trim('/');
        if (bucket.Length is < 3 or > 63 || bucket.AsSpan().ContainsAnyExcept(NameCharacters))
            return Wrong(text, $"'{bucket}' is no bucket's name: 3 to 63 lower-case letters, digits, dots and hyphens");
        if (prefix.Length > 256 || prefix.AsSpan().ContainsAnyExceptInRange('!', '~') || prefix.AsSpan().ContainsAny("?#\\%"))
            return Wrong(text, "the prefix has more than 256 characters, or others than printable ASCII without ?, #, % and \\");
        return new BucketUrl(service.Value, bucket, prefix.Length == 0 ? "" : prefix + "/");
    }

    private static Error Wrong(string text, string why) =>
        Error.Invalid($"The store '{text}' is no address of a bucket: {why}. Write s3://BUCKET/PREFIX or azure://CONTAINER/PREFIX.");
}

internal enum BucketService
{
    S3,
    Azure,
}
