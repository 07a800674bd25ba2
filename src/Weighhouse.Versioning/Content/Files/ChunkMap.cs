using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Content.Files;

/// <summary>The pieces of a file by where they lie.</summary>
internal sealed class ChunkMap
{
    private readonly IReadOnlyList<FileChunk> _chunks;
    private readonly long[] _starts;

    public ChunkMap(IReadOnlyList<FileChunk> chunks)
    {
        _chunks = chunks;
        _starts = new long[chunks.Count];
        long position = 0;
        for (var i = 0; i < _starts.Length; i++)
        {
            _starts[i] = position;
            position += chunks[i].LengthBytes;
        }
    }

    public int Count => _chunks.Count;

    public FileChunk this[int index] => _chunks[index];

    public long StartOf(int index) => _starts[index];

    /// <summary>The piece in which a position inside the file lies.</summary>
    public int IndexAt(long position)
    {
        var index = Array.BinarySearch(_starts, position);
        if (index < 0) return ~index - 1;
        // Empty pieces do not occur in files that have more than one.
        return index;
    }

    /// <summary>The pieces of a part, each with where in it the part begins and how much of it belongs to the part.</summary>
    public IEnumerable<(Digest Id, int Skip, int LengthBytes)> Slices(long offset, long length)
    {
        if (length == 0) yield break;
        var end = offset + length;
        for (var i = IndexAt(offset); offset < end; i++)
        {
            var skip = (int)(offset - _starts[i]);
            var taken = (int)Math.Min(_chunks[i].LengthBytes - skip, end - offset);
            yield return (_chunks[i].Id, skip, taken);
            offset += taken;
        }
    }
}
