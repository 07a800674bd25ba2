using System.IO.Pipelines;
using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

/// <summary>
/// Content of a repository by the names other tools give it. It lives in the same store as what is committed, shares its chunks, and stays
/// as long as the repository does. Who knows a name has not the content: each repository is told it once by upload.
/// </summary>
public interface IAliases
{
    /// <summary>NotFound when the repository has no such content.</summary>
    ValueTask<Result<BlobInfo>> FindAsync(Principal caller, string repository, ContentAlias alias, CancellationToken cancellation);

    /// <summary>
    /// Many at once, in their order; null for what the repository has not. At most <see cref="VersioningOptions.AliasesPerRequestMax"/>.
    /// </summary>
    /// <param name="permission">What the caller is about to do: View or Contribute.</param>
    ValueTask<Result<IReadOnlyList<BlobInfo?>>> FindAllAsync(
        Principal caller, string repository, Permission permission, IReadOnlyList<ContentAlias> aliases, CancellationToken cancellation);

    /// <summary>
    /// Takes content and holds it against its name in the same pass. What is not what the name says is refused (InvalidArgument), and
    /// nothing keeps it. Exceptions of the content pass through.
    /// </summary>
    /// <param name="sizeBytes">What the content must have; null when nobody said.</param>
    ValueTask<Result<BlobInfo>> AddAsync(
        Principal caller, string repository, ContentAlias alias, long? sizeBytes, PipeReader content, CancellationToken cancellation);

    /// <summary>How much of the content has arrived: all of it when it is there, 0 when nothing is.</summary>
    ValueTask<Result<long>> ReceivedAsync(Principal caller, string repository, ContentAlias alias, CancellationToken cancellation);

    /// <summary>
    /// As <see cref="AddAsync"/> for a part that begins where the last one ended (Conflict otherwise). What arrived before the content
    /// broke off is kept for <see cref="VersioningOptions.UploadLifetime"/>. Returns how much there is now.
    /// </summary>
    ValueTask<Result<long>> ContinueAsync(
        Principal caller, string repository, ContentAlias alias, long sizeBytes, long offsetBytes, PipeReader content,
        CancellationToken cancellation);

    /// <summary>Streams a part of content that was found, verified chunk by chunk.</summary>
    ValueTask<Result<Done>> CopyToAsync(
        Principal caller, string repository, BlobInfo content, long offsetBytes, long lengthBytes, PipeWriter target,
        CancellationToken cancellation);
}
