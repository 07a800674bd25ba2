using System.Diagnostics;
using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Weighhouse.Blobs.Hashing;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Local;

/// <summary>Blobs as files in one local folder; docs/formats/blob-store.md is the format and the crash order.</summary>
internal sealed class LocalBlobStore : IBlobStore, IDisposable
{
    /// <summary>Previews and parsers read in small steps; 64 KiB makes a system call rare.</summary>
    private const int OpenBufferBytes = 64 << 10;

    private readonly BlobLayout _layout;
    private readonly BlobShelf _shelf;
    private readonly BlobsOptions _options;
    private readonly IdGenerator _ids;
    private readonly BlobsMetrics _metrics;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _largeUploads;

    private LocalBlobStore(BlobLayout layout, BlobsOptions options, TimeProvider clock, IdGenerator ids, BlobsMetrics metrics, ILogger log)
    {
        _layout = layout;
        _shelf = new BlobShelf(layout, clock, log);
        _options = options;
        _ids = ids;
        _metrics = metrics;
        _log = log;
        _largeUploads = new SemaphoreSlim(options.LargeUploadsMax);
    }

    /// <summary>Opens the store in the folder of the options, making it when there is none, and deletes what a crash left.</summary>
    public static Result<LocalBlobStore> Open(BlobsOptions options, TimeProvider clock, IdGenerator ids, BlobsMetrics metrics, ILogger log)
    {
        var layout = new BlobLayout(options.Folder);
        try
        {
            if (layout.Prepare(ids).Error is { } refusal) return refusal;
            var (count, bytes) = Leftovers.Delete(layout);
            if (count > 0) log.LeftoversDeleted(count, bytes);
        }
        // The boundary to the disk: what it is known to refuse becomes an error, the rest is a bug and passes.
        catch (Exception failure) when (DiskErrors.Explain(failure, layout.Folder) is not null)
        {
            return DiskErrors.Explain(failure, layout.Folder)!;
        }

        log.Opened(layout.Folder, Blake3Paths.Best);
        return new LocalBlobStore(layout, options, clock, ids, metrics, log);
    }

    public async ValueTask<Result<BlobInfo>> PutAsync(PipeReader content, long sizeMaxBytes, CancellationToken cancellation)
    {
        Invariant.That(sizeMaxBytes >= 0);
        var started = Stopwatch.GetTimestamp();
        var upload = new BlobUpload(
            _layout, _shelf, _ids, _largeUploads, content, Math.Min(sizeMaxBytes, _options.FileSizeMaxBytes));
        Error? error;
        try
        {
            var result = await upload.RunAsync(cancellation);
            if (result.TryGet(out var info, out error))
            {
                _metrics.Put(info.SizeBytes, upload.IsNew, Stopwatch.GetElapsedTime(started));
                return info;
            }
        }
        // The boundary to the disk: what it is known to refuse becomes an error; the client's own exceptions pass.
        catch (Exception failure) when (DiskErrors.Explain(failure, _layout.Folder) is { } explained)
        {
            error = explained;
            _log.PutFailed(error.Message, failure);
        }

        _metrics.Refused(error.Code);
        return error;
    }

    public ValueTask<Result<Stream>> OpenAsync(Digest id, CancellationToken cancellation)
    {
        try
        {
            return ValueTask.FromResult<Result<Stream>>(new FileStream(
                _layout.PathOf(id), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, OpenBufferBytes));
        }
        catch (FileNotFoundException)
        {
            return ValueTask.FromResult<Result<Stream>>(Missing(id));
        }
    }

    public ValueTask<Result<BlobInfo>> FindAsync(Digest id, CancellationToken cancellation) =>
        ValueTask.FromResult<Result<BlobInfo>>(_shelf.SizeOf(id) is { } sizeBytes ? new BlobInfo(id, sizeBytes) : Missing(id));

    public async ValueTask<Result<Done>> CopyToAsync(
        Digest id, long offsetBytes, long lengthBytes, PipeWriter target, CancellationToken cancellation)
    {
        if (OpenForCopy(id) is not { } file) return Missing(id);
        using (file)
        {
            var sizeBytes = RandomAccess.GetLength(file);
            if (offsetBytes < 0 || lengthBytes < 0 || lengthBytes > sizeBytes - offsetBytes)
            {
                return Error.Invalid($"The range of {lengthBytes} bytes from {offsetBytes} is not within the {sizeBytes} bytes of {id}.");
            }

            Digest? expected = _options.VerifyReads && lengthBytes == sizeBytes ? id : null;
            var end = await new BlobDownload(file, target).RunAsync(offsetBytes, lengthBytes, expected, cancellation);
            if (end == DownloadEnd.Complete)
            {
                _metrics.Sent(lengthBytes);
                return Done.Ok;
            }

            return Corrupt(id, end);
        }
    }

    public async ValueTask<SweepReport> SweepAsync(
        Func<Digest, bool> isLive, DateTimeOffset olderThan, bool preview, CancellationToken cancellation)
    {
        var sweep = new BlobSweep(_layout, _shelf, _log);
        // A walk over millions of files takes minutes: on a thread of its own, not on one that answers requests.
        var report = await Task.Factory.StartNew(
            () => sweep.Run(isLive, olderThan, preview, cancellation),
            cancellation,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        _log.Swept(report.Count, report.Bytes, preview);
        if (!preview) _metrics.Swept(report);
        return report;
    }

    public void Dispose() => _largeUploads.Dispose();

    private SafeFileHandle? OpenForCopy(Digest id)
    {
        try
        {
            return File.OpenHandle(
                _layout.PathOf(id), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.SequentialScan);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private Error Corrupt(Digest id, DownloadEnd end)
    {
        var message = $"The content of {id} on disk is damaged ({_layout.PathOf(id)}). Restore that file from a backup.";
        _log.CorruptBlob(id, _layout.PathOf(id));
        _metrics.Corrupt();
        return end == DownloadEnd.CorruptBeforeSending
            ? new Error(ErrorCode.Corrupted, message)
            : throw new CorruptBlobException(id, message);
    }

    private static Error Missing(Digest id) => Error.NotFound($"The store has no content {id}.");
}
