namespace Weighhouse.Blobs.Hashing;

/// <summary>The constants of BLAKE3 (specification sections 2.1 to 2.5).</summary>
internal static class Blake3Words
{
    public const int BlockBytes = 64;
    public const int ChunkBytes = 1024;
    public const int ChainingWords = 8;
    public const int Rounds = 7;

    public const uint Iv0 = 0x6A09E667, Iv1 = 0xBB67AE85, Iv2 = 0x3C6EF372, Iv3 = 0xA54FF53A;
    public const uint Iv4 = 0x510E527F, Iv5 = 0x9B05688C, Iv6 = 0x1F83D9AB, Iv7 = 0x5BE0CD19;

    public const uint ChunkStart = 1, ChunkEnd = 2, Parent = 4, Root = 8, DeriveKeyContext = 32, DeriveKeyMaterial = 64;

    /// <summary>Which message word each round uses where: row r is the specification's permutation applied r times.</summary>
    public static ReadOnlySpan<byte> Schedule =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8,
        3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1,
        10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6,
        12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4,
        9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7,
        11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13,
    ];
}

/// <summary>Inputs of equal shape that are hashed side by side: whole chunks, pairs of chaining values, or one last chunk.</summary>
/// <param name="Blocks">64-byte blocks in each input.</param>
/// <param name="StrideBytes">From the start of one input to the start of the next.</param>
/// <param name="CounterStep">1 for chunks, which are numbered; 0 for parents, which are not.</param>
/// <param name="LastBlockBytes">Bytes that count in the last block; the rest of it is zero.</param>
internal readonly record struct LaneShape(
    int Blocks, nint StrideBytes, uint CounterStep, uint Flags, uint FirstFlags, uint LastFlags, uint LastBlockBytes)
{
    public static readonly LaneShape Chunks = new(
        Blake3Words.ChunkBytes / Blake3Words.BlockBytes, Blake3Words.ChunkBytes, 1,
        0, Blake3Words.ChunkStart, Blake3Words.ChunkEnd, Blake3Words.BlockBytes);

    public static readonly LaneShape Parents = new(1, Blake3Words.BlockBytes, 0, Blake3Words.Parent, 0, 0, Blake3Words.BlockBytes);

    public static readonly LaneShape RootParent = Parents with { Flags = Blake3Words.Parent | Blake3Words.Root };

    /// <summary>The last chunk of an input, 0 to 1,024 bytes, padded with zeros to a whole block.</summary>
    public static LaneShape LastChunk(int lengthBytes, bool isRoot)
    {
        var blocks = Math.Max(1, (lengthBytes + Blake3Words.BlockBytes - 1) / Blake3Words.BlockBytes);
        return Chunks with
        {
            Blocks = blocks,
            LastFlags = Blake3Words.ChunkEnd | (isRoot ? Blake3Words.Root : 0),
            LastBlockBytes = (uint)(lengthBytes - (blocks - 1) * Blake3Words.BlockBytes),
        };
    }
}
