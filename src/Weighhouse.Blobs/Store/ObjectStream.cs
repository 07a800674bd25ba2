using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Store;

/// <summary>A file for parsers and previews: seekable, one chunk in memory, each verified when it is read.</summary>
internal sealed class ObjectStream(FileReader reader, Digest file, FileRecipe recipe) : Stream
{
    private readonly long[] _starts = Starts(recipe);
    private byte[] _chunk = [];
    private int _chunkIndex = -1;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => recipe.SizeBytes;

    public override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    public override int Read(Span<byte> buffer)
    {
        var total = 0;
        while (!buffer.IsEmpty && _position < Length)
        {
            Enter(_position);
            var at = (int)(_position - _starts[_chunkIndex]);
            var taken = Math.Min(buffer.Length, recipe.Chunks[_chunkIndex].LengthBytes - at);
            _chunk.AsSpan(at, taken).CopyTo(buffer);
            buffer = buffer[taken..];
            _position += taken;
            total += taken;
        }

        return total;
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
