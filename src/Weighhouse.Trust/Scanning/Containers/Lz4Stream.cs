using System.Buffers.Binary;
using Weighhouse.Trust.Scanning.Bytes;

namespace Weighhouse.Trust.Scanning.Containers;

/// <summary>
/// Unpacks frames of LZ4, of which joblib writes one. Checksums are passed over: what matters is what a lenient reader would see.
/// </summary>
internal sealed class Lz4Stream(Content content) : Stream
{
    private const uint FrameMark = 0x184D2204;
    private const int WindowBytes = 64 * 1024;
    private const uint StoredFlag = 0x80000000;

    private readonly ContentReader _reader = new(content);
    private byte[] _packed = [];
    private byte[] _blocks = [];
    private int _end;
    private int _given;
    private int _blockBytesMax;
    private bool _hasBlockChecksums;
    private bool _hasContentChecksum;
    private bool _isInFrame;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static bool Matches(ReadOnlySpan<byte> head) => head.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(head) == FrameMark;

    public override int Read(Span<byte> buffer)
    {
        try
        {
            while (_given == _end)
                if (!NextBlock()) return 0;
        }
        catch (MalformedContentException malformed)
        {
            throw new InvalidDataException(malformed.Message, malformed);
        }

        var count = Math.Min(buffer.Length, _end - _given);
        _blocks.AsSpan(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private bool NextBlock()
    {
        if (!_isInFrame && !BeginFrame()) return false;
        var size = _reader.UInt32();
        if (size == 0)
        {
            if (_hasContentChecksum) _reader.Skip(4);
            _isInFrame = false;
            return true;
        }

        var length = (int)(size & ~StoredFlag);
        if (length > _blockBytesMax + WindowBytes) throw new InvalidDataException("a block is larger than its frame says");
        KeepWindow();
        if (_packed.Length < length) _packed = new byte[length];
        if (_reader.Left < length) throw new InvalidDataException("a block ends early");
        _reader.Content.Read(_reader.Position, _packed.AsSpan(0, length));
        _reader.Skip((ulong)length);
        if (_hasBlockChecksums) _reader.Skip(4);
        if ((size & StoredFlag) == 0) UnpackBlock(_packed.AsSpan(0, length));
        else Append(_packed.AsSpan(0, length));
        return true;
    }

    private bool BeginFrame()
    {
        if (_reader.Left == 0) return false;
        if (_reader.UInt32() != FrameMark) throw new InvalidDataException("something follows the last frame");
        var (flags, block) = (_reader.Byte(), _reader.Byte());
        if (flags >> 6 != 1) throw new InvalidDataException("the frame is of another version");
        _hasBlockChecksums = (flags & 0x10) != 0;
        _hasContentChecksum = (flags & 0x04) != 0;
        if ((flags & 0x08) != 0) _reader.Skip(8);
        if ((flags & 0x01) != 0) _reader.Skip(4);
        _reader.Skip(1);
        _blockBytesMax = ((block >> 4) & 7) switch { 4 => 64 << 10, 5 => 256 << 10, 6 => 1 << 20, 7 => 4 << 20, _ => 0 };
        if (_blockBytesMax == 0) throw new InvalidDataException("the frame has blocks of no known size");
        if (_blocks.Length < _blockBytesMax + WindowBytes) _blocks = new byte[_blockBytesMax + WindowBytes];
        (_isInFrame, _end, _given) = (true, 0, 0);
        return true;
    }

    /// <summary>Later blocks may copy from the last 64 KiB.</summary>
    private void KeepWindow()
    {
        var kept = Math.Min(_end, WindowBytes);
        _blocks.AsSpan(_end - kept, kept).CopyTo(_blocks);
        (_end, _given) = (kept, kept);
    }

    private void UnpackBlock(ReadOnlySpan<byte> packed)
    {
        var at = 0;
        while (at < packed.Length)
        {
            var token = packed[at++];
            var literals = LengthOf(token >> 4, packed, ref at);
            if (literals > packed.Length - at) throw new InvalidDataException("a block ends within its bytes");
            Append(packed.Slice(at, literals));
            at += literals;
            if (at == packed.Length) return;
            if (packed.Length - at < 2) throw new InvalidDataException("a block ends within a copy");
            var distance = BinaryPrimitives.ReadUInt16LittleEndian(packed[at..]);
            at += 2;
            Copy(distance, LengthOf(token & 15, packed, ref at) + 4);
        }
    }

    private static int LengthOf(int start, ReadOnlySpan<byte> packed, ref int at)
    {
        var length = start;
        if (start != 15) return length;
        while (at < packed.Length)
        {
            var more = packed[at++];
            length += more;
            if (length < 0) break;
            if (more != 255) return length;
        }

        throw new InvalidDataException("a length does not end");
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _blocks.Length - _end) throw new InvalidDataException("a block unpacks to more than its frame says");
        bytes.CopyTo(_blocks.AsSpan(_end));
        _end += bytes.Length;
    }

    private void Copy(int distance, int length)
    {
        if (distance == 0 || distance > _end) throw new InvalidDataException("a block copies from before its beginning");
        if (length > _blocks.Length - _end) throw new InvalidDataException("a block unpacks to more than its frame says");
        // Byte by byte: a copy may overlap itself, and repeats then.
        for (var end = _end + length; _end < end; _end++) _blocks[_end] = _blocks[_end - distance];
    }
}
