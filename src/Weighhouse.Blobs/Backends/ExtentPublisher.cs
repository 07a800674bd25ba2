using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Weighhouse.Blobs.Packs;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Backends;

/// <summary>
/// Makes the sections of one pack durable: bytes to the bucket, or to the ledger when they are few, then the row that counts.
/// </summary>
internal sealed class ExtentPublisher(BucketStore store, RemotePack pack, string writer, string spoolPath, Action<RemotePack> left)
    : IPackPublisher
{
    private SafeFileHandle? _spool;
    private ExtentUpload? _upload;
    private long _publishedBytes = pack.EndBytes;

    private SafeFileHandle Spool => _spool ??= PackFolder.Open(spoolPath, FileMode.Open, FileAccess.Read);

    public void Written(long endBytes)
    {
        // One part and more: sending begins before anybody asks, so that a large file is sent while it is cut.
        if (endBytes - _publishedBytes <= IBucket.PartBytes) return;
        _upload ??= Begin();
        try
        {
            _upload.Send(endBytes);
        }
        // Tried again as a whole when the section ends; until then the spool has it.
        catch (BucketException)
        {
            Abandon();
        }
    }

    public void Publish(long endBytes)
    {
        var started = Stopwatch.GetTimestamp();
        var length = endBytes - _publishedBytes;
        byte[]? bytes = null;
        string? key = null;
        if (_upload is not null || length > IBucket.PartBytes)
        {
            key = UploadParts(endBytes);
        }
        else
        {
            bytes = new byte[length];
            if (PackScan.ReadFully(Spool, bytes, _publishedBytes) < length) throw new IOException("The spool was cut while it was sent.");
            if (length > store.Options.InlineMaxBytes) (key, bytes) = (Put(bytes), null);
        }

        var extent = new LedgerExtent(_publishedBytes, endBytes, key);
        var append = new LedgerAppend(writer, pack.Id.ToString(), (int)pack.Kind, pack.Epoch, extent, bytes);
        var appended = store.Ledger.AppendAsync(append, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        if (appended.Error is { Code: ErrorCode.FailedPrecondition } over)
            throw new EpochOverException(over with { Code = ErrorCode.Unavailable });
        BucketStore.Value(appended);
        lock (pack.Lock)
        {
            pack.Extents = [.. pack.Extents, extent];
            (pack.EndBytes, pack.WrittenBytes) = (endBytes, endBytes);
        }

        _publishedBytes = endBytes;
        store.Metrics.Published(length, key is null, Stopwatch.GetElapsedTime(started));
    }

    public void Dispose()
    {
        Abandon();
        _spool?.Dispose();
        left(pack);
    }

    private ExtentUpload Begin() => new(store, Spool, store.Keys.New(pack.Id, pack.Kind, _publishedBytes), _publishedBytes);

    private string Put(byte[] bytes)
    {
        var key = store.Keys.New(pack.Id, pack.Kind, _publishedBytes);
        store.Bucket.PutAsync(key, bytes, CancellationToken.None).GetAwaiter().GetResult();
        return key;
    }

    /// <summary>A server that has forgotten the upload, as after a restart, is given the whole once more.</summary>
    private string UploadParts(long endBytes)
    {
        for (var attempt = 1; ; attempt++)
        {
            var upload = _upload ??= Begin();
            try
            {
                upload.Complete(endBytes);
                upload.Dispose();
                _upload = null;
                return upload.Key;
            }
            catch (Exception failure) when (attempt == 1 && failure is BucketException or FileNotFoundException)
            {
                Abandon();
            }
        }
    }

    private void Abandon()
    {
        _upload?.Abandon();
        _upload?.Dispose();
        _upload = null;
    }
}
