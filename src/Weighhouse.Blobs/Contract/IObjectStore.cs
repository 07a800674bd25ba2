using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs;

/// <summary>
/// The objects of one folder: chunks of files, recipes, trees, commits, each named by its content. Thread-safe; one instance in a
/// process for a folder, any number of processes.
/// </summary>
public interface IObjectStore : IDisposable
{
    /// <summary>
    /// Begins a session of writing. What it added is on disk once <see cref="IObjectWriter.CommitAsync"/> has returned, and guarded
    /// from the collection while the session lives and for the grace afterwards.
    /// </summary>
    IObjectWriter BeginWrite();

    /// <summary>Collection and checking.</summary>
    IStoreCare Care { get; }

    bool Contains(Digest id);

    /// <summary>Bit i says whether ids[i] is there.</summary>
    void Contains(ReadOnlySpan<Digest> ids, Span<bool> present);

    /// <summary>Kind and lengths; null when the store lacks it.</summary>
    ObjectInfo? Describe(Digest id);

    /// <summary>A small object whole (tree, recipe, commit, chunk), verified against its id. NotFound, Corrupted.</summary>
    Result<ReadOnlyMemory<byte>> Read(ObjectKind kind, Digest id);

    /// <summary>
    /// A small object whole, verified, into memory of the caller's, which is as long as it: for who reads many one after the other.
    /// NotFound, Corrupted.
    /// </summary>
    Result<Done> Read(ObjectKind kind, Digest id, Span<byte> target)
    {
        if (!Read(kind, id).TryGet(out var bytes, out var error)) return error;
        if (bytes.Length != target.Length) return new Error(ErrorCode.Corrupted, $"{id} has {bytes.Length} bytes, not {target.Length}.");
        bytes.Span.CopyTo(target);
        return Done.Ok;
    }

    /// <summary>An object as it is stored, for <see cref="IObjectWriter.AddRaw"/> of another store. NotFound.</summary>
    Result<StoredObject> ReadRaw(Digest id);

    /// <summary>The size of a file and its chunks in order. NotFound, Corrupted.</summary>
    Result<FileRecipe> Recipe(Digest file);

    /// <summary>
    /// Streams length bytes from offset of a file and flushes; each chunk is verified before it is handed on. Damage found before
    /// anything was handed on is the error Corrupted; later it throws <see cref="CorruptBlobException"/>.
    /// </summary>
    ValueTask<Result<Done>> CopyToAsync(Digest file, long offsetBytes, long lengthBytes, PipeWriter target, CancellationToken cancellation);

    /// <summary>
    /// Makes the content that of an open file, whatever it held, verified, with flat memory. Long runs of zeros become holes where the
    /// file system has any.
    /// </summary>
    Result<Done> WriteTo(Digest file, SafeFileHandle target, CancellationToken cancellation);

    /// <summary>Whether an open file has that content, all of which the store has. Reads the file, and no pack.</summary>
    bool Matches(Digest file, SafeFileHandle content, CancellationToken cancellation);
}

/// <summary>
/// One session of writing. <see cref="AddFile(SafeFileHandle,CancellationToken)"/>, <see cref="AddObject"/> and
/// <see cref="AddRaw"/> may run on several threads; <see cref="CommitAsync"/> once they have returned, as often as wanted.
/// </summary>
public interface IObjectWriter : IDisposable
{
    /// <summary>Bytes of files this session added that the store did not have: what a quota counts.</summary>
    long NewBytes { get; }

    /// <summary>
    /// Whether this session may rely on the object without adding it: it is there, and no collection is about to take it. For a file
    /// the same is asked of all its chunks. Ask this, not the store, before leaving something out of a push.
    /// </summary>
    bool Has(Digest id);

    /// <summary>The file at the path, which must not change meanwhile. NotFound, PermissionDenied, StorageFull, Unavailable.</summary>
    Result<BlobInfo> AddFile(string path, CancellationToken cancellation);

    /// <summary>The content of an open file from its start to its end.</summary>
    Result<BlobInfo> AddFile(SafeFileHandle file, CancellationToken cancellation);

    /// <summary>
    /// Streams content in, with memory that does not depend on its size. Refuses more than <paramref name="sizeMaxBytes"/>
    /// (InvalidArgument). The caller completes the reader.
    /// </summary>
    ValueTask<Result<BlobInfo>> AddFileAsync(PipeReader content, long sizeMaxBytes, CancellationToken cancellation);

    /// <summary>
    /// A recipe, tree or commit; returns its id. Everything it refers to was added or asked for with <see cref="Has"/> before.
    /// </summary>
    Digest AddObject(ObjectKind kind, ReadOnlySpan<byte> bytes);

    /// <summary>An object from elsewhere, as stored there. Bytes that are not what the id names are refused (InvalidArgument).</summary>
    Result<Done> AddRaw(Digest id, ObjectInfo info, ReadOnlySpan<byte> stored);

    /// <summary>Returns when all that was added is durable: data first, then what refers to it. StorageFull, Unavailable: the
    /// session is lost then; begin another when the cause is gone.</summary>
    ValueTask<Result<Done>> CommitAsync(CancellationToken cancellation);
}
