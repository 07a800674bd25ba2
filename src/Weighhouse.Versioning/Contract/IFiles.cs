using System.IO.Pipelines;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

/// <summary>Folders and files of commits.</summary>
public interface IFiles
{
    /// <summary>What the path names in the commit; the root is a folder without a name.</summary>
    ValueTask<Result<TreeEntry>> FindAsync(
        Principal caller, string repository, Digest commit, TreePath path, CancellationToken cancellation);

    /// <summary>The names in a folder, by their bytes. FailedPrecondition when the path names no folder.</summary>
    ValueTask<Result<Page<TreeEntry>>> ListAsync(
        Principal caller, string repository, Digest commit, TreePath path, PageRequest page, CancellationToken cancellation);

    /// <summary>
    /// Streams a part of a file that <see cref="FindAsync"/> found, verified chunk by chunk. The caller of this has been told the entry, so
    /// only the right to view the repository is asked again.
    /// </summary>
    ValueTask<Result<Done>> CopyToAsync(
        Principal caller, string repository, TreeEntry file, long offsetBytes, long lengthBytes, PipeWriter target,
        CancellationToken cancellation);
}
