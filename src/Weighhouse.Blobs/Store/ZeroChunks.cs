using Weighhouse.Blobs.Chunking;

namespace Weighhouse.Blobs.Store;

/// <summary>
/// The chunks that a hole in a file is cut into: nothing but zeros, of few lengths. Whoever meets one of their ids knows its bytes, and
/// need not read them.
/// </summary>
internal static class ZeroChunks
{
    private static readonly FileChunk[] All =
    [
        .. Enum.GetValues<RegionKind>().Select(Chunker.ZeroLength).Distinct()
            .Select(static length => new FileChunk(ObjectIds.Of(ObjectKind.Chunk, new byte[length]), length)),
    ];

    public static FileChunk Of(int lengthBytes) => Array.Find(All, chunk => chunk.LengthBytes == lengthBytes);

    public static bool Has(FileChunk chunk)
    {
        foreach (var zeros in All)
            if (zeros == chunk) return true;
        return false;
    }
}
