namespace Weighhouse.Trust.Scanning.Bytes;

/// <summary>Bytes that can be read at any place: a file, a member of an archive, or what came out of a compressed one.</summary>
internal abstract class Content
{
    public abstract long Length { get; }

    /// <summary>Fills as much of the target as there is from the offset on.</summary>
    public abstract int Read(long offset, Span<byte> target);

    /// <summary>A part of it; an end beyond this one's is cut.</summary>
    public Content Slice(long offset, long length)
    {
        var start = Math.Clamp(offset, 0, Length);
        return new PartOfContent(this, start, Math.Clamp(length, 0, Length - start));
    }

    public Content From(long offset) => Slice(offset, long.MaxValue);

    /// <summary>All of it up to a limit.</summary>
    public byte[] Bytes(int lengthMax)
    {
        var bytes = new byte[(int)Math.Min(Length, lengthMax)];
        return bytes.AsSpan(0, Read(0, bytes)).ToArray();
    }

    public Stream Open() => new ContentStream(this);

    private sealed class PartOfContent(Content whole, long start, long length) : Content
    {
        public override long Length => length;

        public override int Read(long offset, Span<byte> target)
        {
            if (offset < 0 || offset >= length) return 0;
            return whole.Read(start + offset, target[..(int)Math.Min(target.Length, length - offset)]);
        }
    }
}

internal sealed class MemoryContent(ReadOnlyMemory<byte> bytes) : Content
{
    public override long Length => bytes.Length;

    public override int Read(long offset, Span<byte> target)
    {
        if (offset < 0 || offset >= bytes.Length) return 0;
        var part = bytes.Span[(int)offset..];
        if (part.Length > target.Length) part = part[..target.Length];
        part.CopyTo(target);
        return part.Length;
    }
}

/// <summary>A stream that can seek. One reader at a time, as a scan is.</summary>
internal sealed class SeekableContent(Stream stream) : Content
{
    public override long Length { get; } = stream.Length;

    public override int Read(long offset, Span<byte> target)
    {
        if (offset < 0 || offset >= Length) return 0;
        stream.Position = offset;
        return stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
    }
}

/// <summary>Content as a stream, for what reads nothing else.</summary>
internal sealed class ContentStream(Content content) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => content.Length;

    public override long Position { get; set; }

    public override int Read(Span<byte> buffer)
    {
        var count = content.Read(Position, buffer);
        Position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
