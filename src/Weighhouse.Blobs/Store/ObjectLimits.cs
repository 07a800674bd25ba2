using Weighhouse.Blobs.Chunking;

namespace Weighhouse.Blobs.Store;

/// <summary>How long an object may be that comes from elsewhere: it is unpacked in memory before it is believed.</summary>
internal static class ObjectLimits
{
    /// <summary>A recipe of 64 MiB names two terabytes in tensor blocks; trees split long before.</summary>
    private const int MetaMaxBytes = 64 << 20;

    public static int RawMaxBytes(ObjectKind kind) => kind switch
    {
        ObjectKind.Chunk => Chunker.ChunkMaxBytes,
        ObjectKind.RecipePart => RecipeParts.PartBytesMax,
        _ => MetaMaxBytes,
    };
}
