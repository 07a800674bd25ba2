using System.Buffers.Binary;
using System.Text;
using Unicode = System.Text.Unicode.Utf8;

namespace Weighhouse.Wire.Grpc.Protobuf;

/// <summary>
/// Reads a message field by field, without a copy. The first failure stays: nothing more is read, whatever is asked for is empty, and
/// <see cref="Failure"/> says why, so that a message is read in one go and judged once.
/// </summary>
internal ref struct ProtoReader(ReadOnlyMemory<byte> message)
{
    /// <summary>As deep as the customary implementations go.</summary>
    public const int DepthMax = 100;

    private readonly ReadOnlyMemory<byte> _memory = message;
    private readonly ReadOnlySpan<byte> _bytes = message.Span;
    private int _position = 0;
    private int _end = message.Length;
    private int _depth = 0;

    /// <summary>Field number and wire type of the field at hand.</summary>
    public uint Key { get; private set; } = 0;

    public readonly int Field => (int)(Key >> 3);

    /// <summary>How far it has read.</summary>
    public readonly int Position => _position;

    public ProtoFailure Failure { get; private set; } = ProtoFailure.None;

    /// <summary>Whether the message entered last has more bytes; for packed lists.</summary>
    public readonly bool HasMore => _position < _end;

    /// <summary>Goes to the next field of the message entered last; false at its end and after a failure.</summary>
    public bool Next()
    {
        if (_position >= _end) return false;
        var key = Varint();
        if (Failure is not ProtoFailure.None) return false;
        if (key > uint.MaxValue || key >> 3 is 0 or > ProtoWire.FieldMax || (key & 7) > ProtoWire.Fixed32)
        {
            Fail(ProtoFailure.BadKey);
            return false;
        }

        Key = (uint)key;
        return true;
    }

    public ulong Varint()
    {
        if (_position < _end && _bytes[_position] < 0x80) return _bytes[_position++];
        return LongVarint();
    }

    public long Int64() => (long)Varint();

    /// <summary>Negative ones come as ten bytes; of longer numbers the low half counts, as everywhere.</summary>
    public int Int32() => (int)Varint();

    public uint UInt32() => (uint)Varint();

    public bool Bool() => Varint() != 0;

    public uint Fixed32() => Take(sizeof(uint)) is { Length: sizeof(uint) } bytes ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : 0;

    public ulong Fixed64() => Take(sizeof(ulong)) is { Length: sizeof(ulong) } bytes ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;

    public float Float() => BitConverter.UInt32BitsToSingle(Fixed32());

    public double Double() => BitConverter.UInt64BitsToDouble(Fixed64());

    public ReadOnlySpan<byte> Bytes() => Take(Length());

    /// <summary>The same bytes as memory that may be kept as long as the message is.</summary>
    public ReadOnlyMemory<byte> Memory()
    {
        var length = Length();
        var start = _position;
        return Take(length).Length == length && Failure is ProtoFailure.None ? _memory.Slice(start, length) : default;
    }

    /// <summary>The bytes of a text, which is UTF-8 or a failure.</summary>
    public ReadOnlySpan<byte> Utf8()
    {
        var bytes = Bytes();
        if (Unicode.IsValid(bytes)) return bytes;
        Fail(ProtoFailure.BadText);
        return default;
    }

    public string Text() => Utf8() is { IsEmpty: false } bytes ? Encoding.UTF8.GetString(bytes) : "";

    /// <summary>Goes into the message, or the packed list, that the field holds. Hand the answer to <see cref="Leave"/>.</summary>
    public int Enter()
    {
        var length = Length();
        var outer = _end;
        if (Failure is not ProtoFailure.None) return outer;
        if (++_depth > DepthMax)
        {
            Fail(ProtoFailure.TooDeep);
            return outer;
        }

        _end = _position + length;
        return outer;
    }

    public void Leave(int outer)
    {
        _depth--;
        if (Failure is not ProtoFailure.None) return;
        _position = _end;
        _end = outer;
    }

    /// <summary>Passes by a field that nobody here knows.</summary>
    public void Skip()
    {
        var open = 0;
        do
        {
            switch (Key & 7)
            {
                case ProtoWire.Varint: Varint(); break;
                case ProtoWire.Fixed64: Take(sizeof(ulong)); break;
                case ProtoWire.Bytes: Take(Length()); break;
                case ProtoWire.Fixed32: Take(sizeof(uint)); break;
                case ProtoWire.GroupStart when ++open <= DepthMax: break;
                case ProtoWire.GroupStart: Fail(ProtoFailure.TooDeep); break;
                case ProtoWire.GroupEnd when --open >= 0: break;
                default: Fail(ProtoFailure.BadGroup); break;
            }
        }
        while (open > 0 && NextInGroup());
    }

    public void Fail(ProtoFailure failure)
    {
        if (Failure is ProtoFailure.None) Failure = failure;
        _position = _end = 0;
    }

    private bool NextInGroup()
    {
        if (Next()) return true;
        Fail(ProtoFailure.BadGroup);
        return false;
    }

    private ulong LongVarint()
    {
        var value = 0UL;
        for (var i = 0; i < ProtoWire.VarintBytesMax; i++)
        {
            if (_position >= _end)
            {
                Fail(ProtoFailure.Truncated);
                return 0;
            }

            var next = _bytes[_position++];
            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80) return value;
        }

        Fail(ProtoFailure.LongVarint);
        return 0;
    }

    private int Length()
    {
        var length = Varint();
        if (length <= (ulong)(_end - _position)) return (int)length;
        Fail(ProtoFailure.Truncated);
        return 0;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _end - _position)
        {
            Fail(ProtoFailure.Truncated);
            return default;
        }

        var bytes = _bytes.Slice(_position, length);
        _position += length;
        return bytes;
    }
}
