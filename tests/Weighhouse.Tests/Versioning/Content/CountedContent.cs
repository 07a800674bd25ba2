using Weighhouse.Kernel;
using Weighhouse.Versioning.Content.Files;

namespace Weighhouse.Tests.Versioning.Content;

/// <summary>Content that knows how much of it was read.</summary>
internal sealed class CountedContent(FileContent inner) : FileContent
{
    private long _readBytes;

    public long ReadBytes => _readBytes;

    public override Digest? Id => inner.Id;

    public override long SizeBytes => inner.SizeBytes;

    public override ChunkMap? Chunks => inner.Chunks;

    public override Stream Open() => new Counted(this);

    public override ReadOnlyMemory<byte> Read(long offsetBytes, int lengthBytes)
    {
        Interlocked.Add(ref _readBytes, lengthBytes);
        return inner.Read(offsetBytes, lengthBytes);
    }

    private sealed class Counted(CountedContent content) : MemoryStream
    {
        public override long Length => content.SizeBytes;

        public override long Position { get; set; }

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(buffer.Length, Length - Position);
            content.Read(Position, count).Span.CopyTo(buffer);
            Position += count;
            return count;
        }
    }
}
