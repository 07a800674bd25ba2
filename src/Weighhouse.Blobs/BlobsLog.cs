using Microsoft.Extensions.Logging;
using Weighhouse.Blobs.Hashing;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs;

/// <summary>Everything the module logs. Event ids are stable: 6000 to 6099.</summary>
internal static partial class BlobsLog
{
    [LoggerMessage(6000, LogLevel.Information, "Store open in {Folder}: {Packs} packs, {Objects} objects, hashing with {Path}")]
    public static partial void StoreOpened(this ILogger log, string folder, int packs, long objects, Blake3Path path);

    [LoggerMessage(6002, LogLevel.Critical, "Object {Id} is damaged in {File} at {Offset}")]
    public static partial void ObjectDamaged(this ILogger log, Digest id, string file, long offset);

    [LoggerMessage(6003, LogLevel.Critical, "Pack {File} has a damaged table: some of what it holds cannot be found")]
    public static partial void PackDamaged(this ILogger log, string file);

    [LoggerMessage(6004, LogLevel.Error, "Writing to the store failed: {Reason}")]
    public static partial void WriteFailed(this ILogger log, string reason, Exception failure);

    [LoggerMessage(
        6005, LogLevel.Information, "Collection: {Phase}, {Packs} packs, {FreedBytes} bytes freed, {DeadBytes} bytes that nothing names")]
    public static partial void Collected(this ILogger log, CollectionPhase phase, int packs, long freedBytes, long deadBytes);

    [LoggerMessage(6006, LogLevel.Error, "The collection failed; nothing is lost, and the next one goes on: {Reason}")]
    public static partial void CollectionFailed(this ILogger log, string reason, Exception? failure);

    [LoggerMessage(
        6007, LogLevel.Information,
        "Repacking: {Chunks} chunks in {Files} files, {WithBase} of them against another one, from {BytesBefore} to {BytesAfter} bytes")]
    public static partial void Repacked(this ILogger log, long chunks, long files, long withBase, long bytesBefore, long bytesAfter);

    [LoggerMessage(6008, LogLevel.Error, "The repacking failed; nothing is lost, and the next one goes on: {Reason}")]
    public static partial void RepackFailed(this ILogger log, string reason, Exception? failure);

    [LoggerMessage(6010, LogLevel.Critical, "The bucket {Bucket} lacks bytes of pack {Pack} at {Offset} that the ledger counts")]
    public static partial void ExtentMissing(this ILogger log, string bucket, string pack, long offset);

    [LoggerMessage(6011, LogLevel.Warning, "The ledger did not answer, and is asked again: {Reason}")]
    public static partial void LedgerFailed(this ILogger log, string reason);

    [LoggerMessage(6012, LogLevel.Error, "This server was away from the ledger for {Seconds} s; what its sessions were writing is refused")]
    public static partial void LeaseLost(this ILogger log, double seconds);

    [LoggerMessage(6013, LogLevel.Information, "Packs tended: {Folded} extents folded, {Swept} objects deleted that nothing named")]
    public static partial void PacksTended(this ILogger log, int folded, int swept);

    [LoggerMessage(6014, LogLevel.Warning, "Tending the packs failed, and is tried again later: {Reason}")]
    public static partial void TendingFailed(this ILogger log, string reason);
}
