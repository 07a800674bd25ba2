using System.Buffers.Binary;

namespace Weighhouse.Trust.Scanning.Bytes;

/// <summary>Reads content from a place on, and says so when it ends too early.</summary>
internal sealed class ContentReader(Content content, long position = 0)
{
    private const int BufferBytes = 64 * 1024;

    private readonly byte[] _buffer = new byte[(int)Math.Clamp(content.Length, 16, BufferBytes)];
    private long _bufferStart = position;
    private int _filled;
    private int _at;

    public long Position => _bufferStart + _at;

    public long Left => content.Length - Position;

    public Content Content => content;

    public bool TryByte(out byte value)
    {
        value = 0;
        if (_at == _filled && !Fill()) return false;
        value = _buffer[_at++];
        return true;
    }

    public byte Byte() => TryByte(out var value) ? value : throw Ended("a byte", 1);

    /// <summary>The next few bytes; they are valid until the next call.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        Ensure(count);
        _at += count;
        return _buffer.AsSpan(_at - count, count);
    }

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>Passes over bytes that must be there.</summary>
    public void Skip(ulong count)
    {
        if (count > (ulong)Left) throw Ended("what it says follows", count);
        GoTo(Position + (long)count);
    }

    public void GoTo(long offset)
    {
        if (offset >= _bufferStart && offset <= _bufferStart + _filled)
        {
            _at = (int)(offset - _bufferStart);
            return;
        }

        (_bufferStart, _filled, _at) = (offset, 0, 0);
    }

    /// <summary>Passes a line and its end; gives its length without the end.</summary>
    public long Line()
    {
        var length = 0L;
        while (true)
        {
            if (_at == _filled && !Fill()) throw Ended("the end of a line", 1);
            var rest = _buffer.AsSpan(_at, _filled - _at);
            var end = rest.IndexOf((byte)'\n');
            _at += end < 0 ? rest.Length : end + 1;
            length += end < 0 ? rest.Length : end;
            if (end >= 0) return length;
        }
    }

    private void Ensure(int count)
    {
        if (_filled - _at >= count) return;
        if (count > Left) throw Ended("what it says follows", (ulong)count);
        var at = Position;
        (_bufferStart, _filled, _at) = (at, 0, 0);
        if (!Fill() || _filled < count) throw Ended("what it says follows", (ulong)count);
    }

    private bool Fill()
    {
        _bufferStart += _filled;
        _at = 0;
        _filled = content.Read(_bufferStart, _buffer);
        return _filled > 0;
    }

    private MalformedContentException Ended(string what, ulong count) =>
        new(Position, $"it ends at {content.Length} within {what} ({count} bytes from {Position} on)");
}

/// <summary>Content that does not keep to its format. Never leaves the scan.</summary>
internal sealed class MalformedContentException(long offset, string message) : Exception(message)
{
    public long Offset => offset;
}

/// <summary>Content beyond a limit of the scan. Never leaves it.</summary>
internal sealed class BeyondLimitException(string message) : Exception(message)
{
    /// <summary>Whether it grew beyond what honest content does.</summary>
    public bool IsBomb { get; init; }
}
