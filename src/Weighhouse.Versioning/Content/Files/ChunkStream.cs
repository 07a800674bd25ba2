using Weighhouse.Blobs;

namespace Weighhouse.Versioning.Content.Files;

/// <summary>A file of the store for parsers: seekable, one chunk in memory.</summary>
internal sealed class ChunkStream(StoredContent content) : ContentStream(content.SizeBytes)
{
    private ReadOnlyMemory<byte> _chunk;
    private int _index = -1;

    protected override int ReadAt(long position, Span<byte> target)
    {
        var start = _index < 0 ? 0 : content.Chunks.StartOf(_index);
        if (_index < 0 || position < start || position >= start + _chunk.Length)
        {
            var index = content.Chunks.IndexAt(position);
            _index = -1;
            _chunk = content.ReadChunk(index);
            _index = index;
            start = content.Chunks.StartOf(index);
        }

        var part = _chunk.Span[(int)(position - start)..];
        var taken = Math.Min(part.Length, target.Length);
        part[..taken].CopyTo(target);
        return taken;
    }
}
