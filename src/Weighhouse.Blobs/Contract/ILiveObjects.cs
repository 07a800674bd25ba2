using Weighhouse.Kernel;

namespace Weighhouse.Blobs;

/// <summary>
/// What a module wants to keep. Each module that names objects registers one; the collection asks all of them. Files stand for their
/// chunks; trees and commits stand only for themselves, so their owner names everything below them.
/// </summary>
public interface ILiveObjects
{
    /// <summary>Ids in any order, duplicates allowed. A failure must throw: an incomplete answer would delete what is live.</summary>
    IAsyncEnumerable<Digest> LiveAsync(CancellationToken cancellation);
}
