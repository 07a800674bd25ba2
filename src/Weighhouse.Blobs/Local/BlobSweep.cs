using Microsoft.Extensions.Logging;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Local;

/// <summary>One walk over all blobs, deleting the dead ones. Stopped anywhere, what it did stays right.</summary>
internal sealed class BlobSweep(BlobLayout layout, BlobShelf shelf, ILogger log)
{
    public SweepReport Run(Func<Digest, bool> isLive, DateTimeOffset olderThan, bool preview, CancellationToken cancellation)
    {
        long count = 0, freedBytes = 0;
        foreach (var folder in layout.PrefixFolders())
        {
            foreach (var path in Directory.EnumerateFiles(folder))
            {
                cancellation.ThrowIfCancellationRequested();
                if (!BlobLayout.TryParse(folder, Path.GetFileName(path), out var id))
                {
                    log.StrangeFileLeftAlone(path);
                    continue;
                }

                if (TrySweep(id, isLive, olderThan, preview) is not { } sizeBytes) continue;
                count++;
                freedBytes += sizeBytes;
            }
        }

        return new SweepReport(count, freedBytes);
    }

    private long? TrySweep(Digest id, Func<Digest, bool> isLive, DateTimeOffset olderThan, bool preview)
    {
        try
        {
            return shelf.Sweep(id, isLive, olderThan, preview);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // One file that cannot be deleted must not keep the garbage of all others.
            log.SweepSkipped(id, failure);
            return null;
        }
    }
}
