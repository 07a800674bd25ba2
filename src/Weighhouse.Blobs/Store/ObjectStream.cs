using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Store;

/// <summary>A file for parsers and previews: seekable, one chunk in memory, each verified when it is read.</summary>
internal sealed class ObjectStream(FileReader reader, Digest file, FileRecipe recipe)
    : ContentStream(recipe.SizeBytes)
{
    private readonly long[] _starts = Starts(recipe);
    private byte[] _chunk = [];
    private int _chunkIndex = -1;

    protected override int ReadAt(long position, Span<byte> target)
    {
        var total = 0;
        for (int taken; !target.IsEmpty && position < Length; position += taken, total += taken)
        {
            Enter(position);
            var at = (int)(position - _starts[_chunkIndex]);
            taken = Math.Min(target.Length, recipe.Chunks[_chunkIndex].LengthBytes - at);
            _chunk.AsSpan(at, taken).CopyTo(target);
            target = target[taken..];
        }

        return total;
    }

    private void Enter(long position)
    {
        var index = Array.BinarySearch(_starts, position);
        if (index < 0) index = ~index - 1;
        if (index == _chunkIndex) return;
        var chunk = recipe.Chunks[index];
        if (_chunk.Length < chunk.LengthBytes) _chunk = new byte[chunk.LengthBytes];
        _chunkIndex = -1;
        if (reader.ReadChunk(chunk, _chunk.AsSpan(0, chunk.LengthBytes)) is { } error) throw new CorruptBlobException(file, error.Message);
        _chunkIndex = index;
    }

    private static long[] Starts(FileRecipe recipe)
    {
        var starts = new long[recipe.Chunks.Count];
        long position = 0;
        for (var i = 0; i < starts.Length; i++)
        {
            starts[i] = position;
            position += recipe.Chunks[i].LengthBytes;
        }

        return starts;
    }
}
