using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Weighhouse.Blobs.Disk;
using Weighhouse.Blobs.Packs;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Store;

/// <summary>
/// Whether an open file has the content of a stored one. Its parts are held against the ids of the chunks: nothing is read from packs, and
/// nothing from the file where a hole is to be zeros.
/// </summary>
internal sealed class FileComparison(ObjectReader objects, FileRecipe recipe)
{
    public bool Matches(SafeFileHandle file, CancellationToken cancellation)
    {
        if (RandomAccess.GetLength(file) != recipe.SizeBytes) return false;
        var holes = new FileHoles(file);
        long position = 0;
        foreach (var chunk in recipe.Chunks)
        {
            cancellation.ThrowIfCancellationRequested();
            // What the store has lost cannot be shown to be the same.
            if (!objects.TryFind(chunk.Id, out _)) return false;
            var isHole = ZeroChunks.Has(chunk) && holes.EndFrom(position) - position >= chunk.LengthBytes;
            if (!isHole && !Matches(file, position, chunk)) return false;
            position += chunk.LengthBytes;
        }

        return true;
    }

    private static bool Matches(SafeFileHandle file, long position, FileChunk chunk)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(chunk.LengthBytes);
        try
        {
            var part = buffer.AsSpan(0, chunk.LengthBytes);
            return PackScan.ReadFully(file, part, position) == part.Length && ObjectIds.Of(ObjectKind.Chunk, part) == chunk.Id;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
