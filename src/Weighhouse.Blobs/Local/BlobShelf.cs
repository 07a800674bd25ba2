using Microsoft.Extensions.Logging;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Local;

/// <summary>
/// The finished blobs. Putting one and sweeping it exclude each other here, so that content which is put again while a sweep
/// looks at it is either renewed and kept, or gone before the put asks whether it is there.
/// </summary>
internal sealed class BlobShelf(BlobLayout layout, TimeProvider clock, ILogger log)
{
    private const int Locks = 256;

    private readonly Lock[] _locks = [.. Enumerable.Range(0, Locks).Select(_ => new Lock())];

    /// <summary>When the store has the content: makes it young again and its presence durable. False when it has not.</summary>
    public bool TryRenew(Digest id, long sizeBytes)
    {
        lock (LockOf(id))
        {
            if (!Renew(id, sizeBytes)) return false;
        }

        // The put that brought the content may have renamed it and not synced yet.
        UnixFiles.SyncFolder(layout.FolderOf(id));
        return true;
    }

    /// <summary>Puts the sealed file on the shelf. False when the content got there first.</summary>
    public bool Admit(TemporaryFile file, Digest id, long sizeBytes)
    {
        bool isNew;
        lock (LockOf(id))
        {
            isNew = !Renew(id, sizeBytes);
            if (isNew) file.MoveTo(layout.PathOf(id), clock.GetUtcNow());
        }

        UnixFiles.SyncFolder(layout.FolderOf(id));
        return isNew;
    }

    public long? SizeOf(Digest id)
    {
        var file = new FileInfo(layout.PathOf(id));
        return file.Exists ? file.Length : null;
    }

    /// <summary>Deletes the blob if last put before the instant and not live. Returns the bytes freed; null when it stays.</summary>
    public long? Sweep(Digest id, Func<Digest, bool> isLive, DateTimeOffset olderThan, bool preview)
    {
        lock (LockOf(id))
        {
            var file = new FileInfo(layout.PathOf(id));
            if (!file.Exists || file.LastWriteTimeUtc >= olderThan.UtcDateTime || isLive(id)) return null;
            var sizeBytes = file.Length;
            if (!preview) file.Delete();
            return sizeBytes;
        }
    }

    private Lock LockOf(Digest id)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        id.CopyTo(bytes);
        return _locks[bytes[0]];
    }

    private bool Renew(Digest id, long sizeBytes)
    {
        var file = new FileInfo(layout.PathOf(id));
        if (!file.Exists) return false;
        if (file.Length != sizeBytes)
        {
            log.WrongLengthReplaced(id, file.Length, sizeBytes);
            return false;
        }

        file.LastWriteTimeUtc = clock.GetUtcNow().UtcDateTime;
        return true;
    }
}
