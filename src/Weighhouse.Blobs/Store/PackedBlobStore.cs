using System.Diagnostics;
using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Store;

/// <summary>Files by their id over the packs: each put is a session of its own, and sessions that end together share a flush.</summary>
internal sealed class PackedBlobStore(ObjectStore store, BlobsMetrics metrics) : IBlobStore
{
    public async ValueTask<Result<BlobInfo>> PutAsync(PipeReader content, long sizeMaxBytes, CancellationToken cancellation)
    {
        Invariant.That(sizeMaxBytes >= 0);
        var started = Stopwatch.GetTimestamp();
        using var session = store.BeginSession();
        var added = await session.AddFileAsync(content, sizeMaxBytes, cancellation);
        if (added.TryGet(out var info, out var error))
        {
            error = (await session.CommitAsync(cancellation)).Error;
            if (error is null)
            {
                metrics.Put(info.SizeBytes, session.NewBytes > 0, Stopwatch.GetElapsedTime(started));
                return info;
            }
        }

        metrics.Refused(error.Code);
        return error;
    }

    public ValueTask<Result<Stream>> OpenAsync(Digest id, CancellationToken cancellation) =>
        ValueTask.FromResult(store.Recipe(id).Map(recipe => (Stream)new ObjectStream(store.Files, id, recipe)));

    public ValueTask<Result<BlobInfo>> FindAsync(Digest id, CancellationToken cancellation) =>
        ValueTask.FromResult(store.Recipe(id).Map(recipe => new BlobInfo(id, recipe.SizeBytes)));

    public async ValueTask<Result<Done>> CopyToAsync(
        Digest id, long offsetBytes, long lengthBytes, PipeWriter target, CancellationToken cancellation)
    {
        try
        {
            var copied = await store.CopyToAsync(id, offsetBytes, lengthBytes, target, cancellation);
            if (!copied.IsFailure) metrics.Sent(lengthBytes);
            else if (copied.Error.Code == ErrorCode.Corrupted) metrics.Corrupt();
            return copied;
        }
        catch (CorruptBlobException)
        {
            metrics.Corrupt();
            throw;
        }
    }
}
