using System.IO.Pipelines;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs;

/// <summary>What the store knows of a file: its name (BLAKE3-256 of its bytes) and its size.</summary>
public readonly record struct BlobInfo(Digest Id, long SizeBytes);

/// <summary>
/// Content-addressed files. Putting the same bytes twice stores them once. What <see cref="PutAsync"/> has returned is on disk
/// and stays until <see cref="SweepAsync"/> is told that nothing names it.
/// </summary>
public interface IBlobStore
{
    /// <summary>
    /// Streams the content in, with memory that does not depend on its size. Refuses more than <paramref name="sizeMaxBytes"/>
    /// (InvalidArgument), a full disk (StorageFull) and a folder that cannot be written (Unavailable), and leaves nothing behind
    /// then. Exceptions of <paramref name="content"/> pass through. The caller completes the reader.
    /// </summary>
    ValueTask<Result<BlobInfo>> PutAsync(PipeReader content, long sizeMaxBytes, CancellationToken cancellation);

    /// <summary>Opens the content for reading from the start; seekable, not verified. NotFound when the store lacks it.</summary>
    ValueTask<Result<Stream>> OpenAsync(Digest id, CancellationToken cancellation);

    /// <summary>NotFound when the store lacks it.</summary>
    ValueTask<Result<BlobInfo>> FindAsync(Digest id, CancellationToken cancellation);

    /// <summary>
    /// Streams length bytes from offset to the writer and flushes it; the caller completes it. The bytes are verified against the
    /// id when the whole file is read. Damage found before anything was written to the target is the error Corrupted; found later
    /// it throws <see cref="CorruptBlobException"/>, and the target has not received the last bytes. A target that stops reading
    /// throws <see cref="OperationCanceledException"/>.
    /// </summary>
    ValueTask<Result<Done>> CopyToAsync(Digest id, long offsetBytes, long lengthBytes, PipeWriter target, CancellationToken cancellation);

    /// <summary>
    /// Deletes what <paramref name="isLive"/> denies and was put (or put again) before <paramref name="olderThan"/>, so that an
    /// upload whose fact is not yet committed is safe. Returns count and bytes freed; with preview only counts.
    /// <paramref name="isLive"/> is asked under a lock that holds puts up: answer from memory.
    /// </summary>
    ValueTask<SweepReport> SweepAsync(Func<Digest, bool> isLive, DateTimeOffset olderThan, bool preview, CancellationToken cancellation);
}

public readonly record struct SweepReport(long Count, long Bytes);
