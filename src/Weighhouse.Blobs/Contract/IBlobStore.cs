using System.IO.Pipelines;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs;

/// <summary>
/// What the store knows of a file: its id and its size. Equal bytes have equal ids; up to 16 KiB the id is the BLAKE3-256 of the bytes,
/// and beyond that of the list of its pieces.
/// </summary>
public readonly record struct BlobInfo(Digest Id, long SizeBytes);

/// <summary>
/// Content-addressed files. Putting the same bytes twice stores them once. What <see cref="PutAsync"/> has returned is on disk
/// and stays while a registered <see cref="ILiveObjects"/> names it, and for the grace of the collection.
/// </summary>
public interface IBlobStore
{
    /// <summary>
    /// Streams the content in, with memory that does not depend on its size. Refuses more than <paramref name="sizeMaxBytes"/>
    /// (InvalidArgument), a full disk (StorageFull) and a folder that cannot be written (Unavailable); what was stored of it by then
    /// nothing names. Exceptions of <paramref name="content"/> pass through. The caller completes the reader.
    /// </summary>
    ValueTask<Result<BlobInfo>> PutAsync(PipeReader content, long sizeMaxBytes, CancellationToken cancellation);

    /// <summary>Opens the content for reading from the start; seekable. Each piece is verified when it is read, and a damaged one throws
    /// <see cref="CorruptBlobException"/>. NotFound when the store lacks it.</summary>
    ValueTask<Result<Stream>> OpenAsync(Digest id, CancellationToken cancellation);

    /// <summary>NotFound when the store lacks it.</summary>
    ValueTask<Result<BlobInfo>> FindAsync(Digest id, CancellationToken cancellation);

    /// <summary>
    /// Streams length bytes from offset to the writer and flushes it; the caller completes it. Each piece is verified
    /// before it is handed on. Damage found before anything was written to the target is the error Corrupted; found later
    /// it throws <see cref="CorruptBlobException"/>, and the target has not received the last bytes. A target that stops reading
    /// throws <see cref="OperationCanceledException"/>.
    /// </summary>
    ValueTask<Result<Done>> CopyToAsync(Digest id, long offsetBytes, long lengthBytes, PipeWriter target, CancellationToken cancellation);
}
