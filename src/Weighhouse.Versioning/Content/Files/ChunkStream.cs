namespace Weighhouse.Versioning.Content.Files;

/// <summary>A file of the store for parsers: seekable, one chunk in memory.</summary>
internal sealed class ChunkStream(StoredContent content) : Stream
{
    private ReadOnlyMemory<byte> _chunk;
    private int _index = -1;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => content.SizeBytes;

    public override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || _position >= Length) return 0;
        var start = _index < 0 ? 0 : content.Chunks.StartOf(_index);
        if (_index < 0 || _position < start || _position >= start + _chunk.Length)
        {
            var index = content.Chunks.IndexAt(_position);
            _index = -1;
            _chunk = content.ReadChunk(index);
            _index = index;
            start = content.Chunks.StartOf(index);
        }

        var part = _chunk.Span[(int)(_position - start)..];
        var taken = Math.Min(part.Length, buffer.Length);
        part[..taken].CopyTo(buffer);
        _position += taken;
        return taken;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer.AsSpan(offset, count)));

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
