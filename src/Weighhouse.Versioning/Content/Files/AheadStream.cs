namespace Weighhouse.Versioning.Content.Files;

/// <summary>
/// A file of the store from its start to its end: while some chunks are worked on, another thread reads, unpacks and verifies the next
/// ones. After a jump it begins anew.
/// </summary>
internal sealed class AheadStream(StoredContent content) : Stream
{
    /// <summary>Chunks of text have 16 KiB: a task for each would cost more than reading it.</summary>
    private const int BatchBytes = 512 << 10;

    private Batch? _batch;
    private Task<Batch>? _next;
    private int _chunk;
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
        var index = IndexAt(_position);
        if (_batch is null || index < _batch.First || index >= _batch.End) Advance(index);
        var chunk = _batch!.Chunks[index - _batch.First].Span[(int)(_position - content.Chunks.StartOf(index))..];
        var taken = Math.Min(chunk.Length, buffer.Length);
        chunk[..taken].CopyTo(buffer);
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

    protected override void Dispose(bool disposing)
    {
        // The store may be closed next: nobody reads from it then.
        if (disposing) Forget();
        base.Dispose(disposing);
    }

    private int IndexAt(long position)
    {
        if (_chunk < content.Chunks.Count && position >= content.Chunks.StartOf(_chunk)
            && position < content.Chunks.StartOf(_chunk) + content.Chunks[_chunk].LengthBytes) return _chunk;
        return _chunk = content.Chunks.IndexAt(position);
    }

    private void Advance(int index)
    {
        var isNext = _batch is not null && index == _batch.End;
        if (!isNext) Forget();
        _batch = _next is null ? ReadBatch(index) : _next.GetAwaiter().GetResult();
        var from = _batch.End;
        // Who came by a jump may be about to jump again.
        var goesOn = (isNext || index == 0) && from < content.Chunks.Count;
        _next = goesOn ? Task.Run(() => ReadBatch(from)) : null;
    }

    private Batch ReadBatch(int first)
    {
        var (chunks, bytes) = (new List<ReadOnlyMemory<byte>>(), 0);
        for (var i = first; i < content.Chunks.Count && bytes < BatchBytes; i++)
        {
            var chunk = content.ReadChunk(i);
            chunks.Add(chunk);
            bytes += chunk.Length;
        }

        return new Batch(first, chunks);
    }

    private void Forget()
    {
        // What it failed of is told when it is asked for again.
        if (_next is not null) ((Task)_next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        (_next, _batch) = (null, null);
    }

    private sealed record Batch(int First, List<ReadOnlyMemory<byte>> Chunks)
    {
        public int End => First + Chunks.Count;
    }
}
