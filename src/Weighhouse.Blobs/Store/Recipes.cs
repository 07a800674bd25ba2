using System.Buffers.Binary;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Store;

/// <summary>The bytes of a recipe, as docs/formats/recipes.md says.</summary>
internal static class Recipes
{
    public const int HeaderBytes = 1 + sizeof(long);
    public const int ChunkBytes = Digest.Size + sizeof(int);

    private const byte Version = 1;

    public static byte[] Write(long sizeBytes, IReadOnlyList<FileChunk> chunks)
    {
        var bytes = new byte[HeaderBytes + chunks.Count * ChunkBytes];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), sizeBytes);
        var at = HeaderBytes;
        foreach (var chunk in chunks)
        {
            chunk.Id.CopyTo(bytes.AsSpan(at));
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at + Digest.Size), chunk.LengthBytes);
            at += ChunkBytes;
        }

        return bytes;
    }

    /// <summary>Null when the bytes are no recipe of a version this program knows: lengths must be positive and add up.</summary>
    public static FileRecipe? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes || bytes[0] != Version || (bytes.Length - HeaderBytes) % ChunkBytes != 0) return null;
        var size = BinaryPrimitives.ReadInt64LittleEndian(bytes[1..]);
        var chunks = new FileChunk[(bytes.Length - HeaderBytes) / ChunkBytes];
        long sum = 0;
        for (var i = 0; i < chunks.Length; i++)
        {
            var line = bytes.Slice(HeaderBytes + i * ChunkBytes, ChunkBytes);
            var length = BinaryPrimitives.ReadInt32LittleEndian(line[Digest.Size..]);
            if (length <= 0) return null;
            sum += length;
            chunks[i] = new FileChunk(new Digest(line[..Digest.Size]), length);
        }

        return sum == size ? new FileRecipe(size, chunks) : null;
    }
}
