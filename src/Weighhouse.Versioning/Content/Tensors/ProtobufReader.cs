using System.Text;

namespace Weighhouse.Versioning.Content.Tensors;

/// <summary>
/// Fields of protocol buffers out of a seekable stream. What is skipped is not read, and whatever lies makes <see cref="IsBroken"/> true
/// and every read empty: no message goes beyond the end of the one that holds it.
/// </summary>
internal sealed class ProtobufReader(Stream stream)
{
    private const int TextBytesMax = 64 << 10;
    private const int FieldsMax = 20_000_000;

    /// <summary>The names of a model are a few megabytes; a file made of nothing but names must not become as much memory.</summary>
    private const long TextsBytesMax = 64 << 20;

    private readonly byte[] _buffer = new byte[4 << 10];
    private long _bufferStart;
    private int _buffered;
    private int _fields;
    private long _textBytes;

    public long Position { get; private set; }

    public bool IsBroken { get; private set; }

    /// <summary>The next field before <paramref name="end"/>; its value is to be read or skipped next.</summary>
    public bool TryReadField(long end, out int number, out int wire)
    {
        (number, wire) = (0, 0);
        // Twenty million fields take seconds, and no model has them: it is no model then.
        if (Position >= end || IsBroken || ++_fields > FieldsMax)
        {
            IsBroken |= Position > end || _fields > FieldsMax;
            return false;
        }

        var tag = ReadVarint(end);
        (number, wire) = ((int)(tag >> 3) & 0x1FFFFFFF, (int)(tag & 7));
        if (number == 0 || wire is not (0 or 1 or 2 or 5) || tag > uint.MaxValue) IsBroken = true;
        return !IsBroken;
    }

    public ulong ReadVarint(long end)
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = Position < end ? Byte() : -1;
            if (next < 0) break;
            value |= shift < 64 ? (ulong)(next & 0x7F) << shift : 0;
            if (next < 0x80) return value;
        }

        IsBroken = true;
        return 0;
    }

    /// <summary>Where the message, text or bytes end that begin here.</summary>
    public long ReadEnd(long end)
    {
        var length = ReadVarint(end);
        if (!IsBroken && length <= (ulong)(end - Position)) return Position + (long)length;
        IsBroken = true;
        return Position;
    }

    /// <summary>Text, cut where it is longer than any name is.</summary>
    public string ReadText(long end)
    {
        var stop = ReadEnd(end);
        var length = (int)Math.Min(stop - Position, TextBytesMax);
        if ((_textBytes += length) > TextsBytesMax) IsBroken = true;
        if (IsBroken) return "";
        var bytes = new byte[length];
        for (var i = 0; i < bytes.Length; i++)
        {
            var next = Byte();
            if (next < 0) IsBroken = true;
            bytes[i] = (byte)next;
        }

        Position = stop;
        return IsBroken ? "" : Encoding.UTF8.GetString(bytes);
    }

    public void Skip(int wire, long end)
    {
        switch (wire)
        {
            case 0: ReadVarint(end); break;
            case 1: Position += sizeof(long); break;
            case 2: Position = ReadEnd(end); break;
            default: Position += sizeof(int); break;
        }

        IsBroken |= Position > end;
    }

    public void MoveTo(long position) => Position = position;

    private int Byte()
    {
        if (Position < _bufferStart || Position >= _bufferStart + _buffered)
        {
            stream.Position = Position;
            _bufferStart = Position;
            _buffered = stream.Read(_buffer);
            if (_buffered == 0) return -1;
        }

        return _buffer[Position++ - _bufferStart];
    }
}
