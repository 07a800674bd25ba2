using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Backends;

/// <summary>Does once what a store will do all the time, so that a missing right is told before it is missed.</summary>
internal static class BucketProbe
{
    public static async Task RunAsync(IBucket bucket, string prefix, IdGenerator ids, CancellationToken cancellation)
    {
        var key = $"{prefix}doctor/{ids.Hex32()}";
        var content = new byte[64];
        ids.Fill(content);
        await bucket.PutAsync(key, content, cancellation);
        var read = new byte[32];
        await bucket.ReadAsync(key, 16, read, cancellation);
        await bucket.DeleteAsync([key], cancellation);
        if (!read.AsSpan().SequenceEqual(content.AsSpan(16, 32)))
        {
            throw new BucketException(new Error(
                ErrorCode.Unavailable,
                $"The bucket {bucket.Name} answers a range with other bytes than were put. Check what stands between it and this server."));
        }
    }
}
