namespace Weighhouse.Versioning.Workspace.Imports;

/// <summary>The next so many bytes of a stream, as one that ends there.</summary>
internal sealed class BoundedStream(Stream inner, long lengthBytes) : Stream
{
    private long _left = lengthBytes;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public async ValueTask SkipAsync(CancellationToken cancellation)
    {
        var rest = new byte[64 << 10];
        while (await ReadAsync(rest, cancellation) > 0)
        {
            // Nobody wanted it.
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_left == 0) return 0;
        var count = await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)], cancellationToken);
        if (count == 0) throw new EndOfStreamException("git ended in the middle of an object.");
        _left -= count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_left == 0) return 0;
        var got = inner.Read(buffer, offset, (int)Math.Min(count, _left));
        if (got == 0) throw new EndOfStreamException("git ended in the middle of an object.");
        _left -= got;
        return got;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
