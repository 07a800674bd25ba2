using Microsoft.Extensions.Logging;
using Weighhouse.Blobs.Hashing;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs;

/// <summary>Everything the module logs. Event ids are stable: 6000 to 6099.</summary>
internal static partial class BlobsLog
{
    [LoggerMessage(6000, LogLevel.Information, "Blob store open in {Folder}, hashing with {Path}")]
    public static partial void Opened(this ILogger log, string folder, Blake3Path path);

    [LoggerMessage(6001, LogLevel.Information, "Deleted {Count} interrupted uploads of {Bytes} bytes")]
    public static partial void LeftoversDeleted(this ILogger log, int count, long bytes);

    [LoggerMessage(6002, LogLevel.Critical, "The content of {Id} is damaged on disk: {File}")]
    public static partial void CorruptBlob(this ILogger log, Digest id, string file);

    [LoggerMessage(
        6003, LogLevel.Error, "The file of {Id} has {FoundBytes} bytes instead of {RightBytes}; replacing it by the content just put")]
    public static partial void WrongLengthReplaced(this ILogger log, Digest id, long foundBytes, long rightBytes);

    [LoggerMessage(6004, LogLevel.Error, "A put failed: {Reason}")]
    public static partial void PutFailed(this ILogger log, string reason, Exception failure);

    [LoggerMessage(6005, LogLevel.Information, "Swept {Count} blobs of {Bytes} bytes (preview: {Preview})")]
    public static partial void Swept(this ILogger log, long count, long bytes, bool preview);

    [LoggerMessage(6006, LogLevel.Warning, "The sweep could not delete {Id}")]
    public static partial void SweepSkipped(this ILogger log, Digest id, Exception failure);

    [LoggerMessage(6007, LogLevel.Warning, "Left alone a file that is no blob: {File}")]
    public static partial void StrangeFileLeftAlone(this ILogger log, string file);

    [LoggerMessage(6010, LogLevel.Error, "Writing to the store failed: {Reason}")]
    public static partial void WriteFailed(this ILogger log, string reason, Exception failure);

    [LoggerMessage(6011, LogLevel.Information, "Store open in {Folder}: {Packs} packs, {Objects} objects, hashing with {Path}")]
    public static partial void StoreOpened(this ILogger log, string folder, int packs, int objects, Blake3Path path);

    [LoggerMessage(6012, LogLevel.Critical, "Pack {File} has a damaged footer: what it holds cannot be found")]
    public static partial void PackDamaged(this ILogger log, string file);

    [LoggerMessage(6013, LogLevel.Critical, "Object {Id} is damaged in pack {File} at {Offset}")]
    public static partial void ObjectDamaged(this ILogger log, Digest id, string file, long offset);
}
