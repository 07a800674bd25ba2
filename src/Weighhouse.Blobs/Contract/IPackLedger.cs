using Weighhouse.Kernel;

namespace Weighhouse.Blobs;

/// <summary>
/// What counts of the packs in a bucket, who writes them and what the collection has decided (docs/formats/remote-packs.md). Each write
/// is one durable transaction, serialisable with all others; times are the ledger's own. A ledger that cannot be reached is the error
/// Unavailable.
/// </summary>
public interface IPackLedger
{
    /// <summary>The name of the store in its bucket: the one proposed when the ledger is new.</summary>
    ValueTask<Result<string>> OpenAsync(string proposedName, CancellationToken cancellation);

    /// <summary>The packs that have changed since a mark was given out, all of them for mark 0; some may be told twice.</summary>
    ValueTask<Result<LedgerChanges>> ChangesAsync(long mark, CancellationToken cancellation);

    /// <summary>The bytes of an extent that has no key. NotFound when it lies in the bucket by now, or nowhere.</summary>
    ValueTask<Result<byte[]>> ReadAsync(string pack, long startBytes, CancellationToken cancellation);

    /// <summary>Begins or renews a writer's lease for an epoch. False when another epoch is current.</summary>
    ValueTask<Result<bool>> JoinAsync(string writer, int epoch, TimeSpan length, CancellationToken cancellation);

    /// <summary>Renews all leases of a writer, and the right to collect if it has it.</summary>
    ValueTask<Result<LedgerPulse>> RenewAsync(string writer, TimeSpan length, CancellationToken cancellation);

    /// <summary>Ends the leases of a writer for epochs before this one.</summary>
    ValueTask<Result<Done>> LeaveAsync(string writer, int beforeEpoch, CancellationToken cancellation);

    /// <summary>Whether any lease for an epoch before this one is alive.</summary>
    ValueTask<Result<bool>> IsWrittenBeforeAsync(int epoch, CancellationToken cancellation);

    /// <summary>
    /// Adds an extent to the end of a pack, which it begins when it starts at 0. FailedPrecondition when the writer holds no lease for the
    /// pack's epoch; Unavailable when the pack ends elsewhere, or the key was swept.
    /// </summary>
    ValueTask<Result<Done>> AppendAsync(LedgerAppend append, CancellationToken cancellation);

    /// <summary>
    /// A pack of this kind and epoch, shorter than that, whose writer is no more; it is this writer's from now on. NotFound when there is
    /// none.
    /// </summary>
    ValueTask<Result<LedgerPack>> AdoptAsync(string writer, int kind, int epoch, long shorterThanBytes, CancellationToken cancellation);

    /// <summary>Nothing more will be appended to the pack.</summary>
    ValueTask<Result<Done>> CloseAsync(string pack, CancellationToken cancellation);

    /// <summary>Packs that nobody appends to any more and that have bytes in the ledger.</summary>
    ValueTask<Result<IReadOnlyList<string>>> ListFoldableAsync(int limit, CancellationToken cancellation);

    /// <summary>Replaces the extents between the two positions by one in the bucket. Conflict when they are not there any more.</summary>
    ValueTask<Result<Done>> FoldAsync(string pack, LedgerExtent folded, CancellationToken cancellation);

    /// <summary>Marks the packs as deleted and forgets their extents. Conflict when the writer has not the right to collect.</summary>
    ValueTask<Result<Done>> DeleteAsync(string writer, IReadOnlyList<string> packs, CancellationToken cancellation);

    ValueTask<Result<LedgerCollection>> CollectionAsync(CancellationToken cancellation);

    /// <summary>Conflict when the writer has not the right to collect.</summary>
    ValueTask<Result<Done>> SaveCollectionAsync(string writer, int epoch, byte[] state, CancellationToken cancellation);

    /// <summary>The right to collect, for a while. False when another has it.</summary>
    ValueTask<Result<bool>> TryCollectAsync(string writer, TimeSpan length, CancellationToken cancellation);

    ValueTask<Result<Done>> EndCollectAsync(string writer, CancellationToken cancellation);

    /// <summary>Those of the keys that no extent names. From now on none may.</summary>
    ValueTask<Result<IReadOnlyList<string>>> SweepAsync(IReadOnlyList<string> keys, CancellationToken cancellation);
}

/// <param name="Key">In the bucket; null when the ledger has the bytes.</param>
public sealed record LedgerExtent(long StartBytes, long EndBytes, string? Key);

/// <param name="Id">32 hexadecimal digits.</param>
/// <param name="Kind">As in the header of the pack.</param>
/// <param name="IsDeleted">By the collection; it has no extents then.</param>
public sealed record LedgerPack(string Id, int Kind, int Epoch, long EndBytes, bool IsDeleted, IReadOnlyList<LedgerExtent> Extents);

/// <param name="Mark">To ask from the next time.</param>
public sealed record LedgerChanges(long Mark, IReadOnlyList<LedgerPack> Packs);

/// <param name="Bytes">When they are few enough to lie in the ledger; else the extent has a key.</param>
public sealed record LedgerAppend(string Writer, string Pack, int Kind, int Epoch, LedgerExtent Extent, byte[]? Bytes);

/// <param name="IsAlive">False when a lease of the writer has ended before it was renewed: whatever relied on it must stop.</param>
/// <param name="Revision">Of the collection's state; grows with each change.</param>
public sealed record LedgerPulse(bool IsAlive, long Revision);

/// <param name="State">Empty before the first sentence.</param>
public sealed record LedgerCollection(int Epoch, long Revision, byte[] State);
