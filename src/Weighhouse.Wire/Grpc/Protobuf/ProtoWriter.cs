using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Weighhouse.Wire.Grpc.Protobuf;

/// <summary>
/// Writes one message. Small fields go into a pooled buffer; large bytes are only noted, and are read where they lie when the message
/// is sent: until then they must not change. Dispose it.
/// </summary>
internal sealed class ProtoWriter : IDisposable
{
    /// <summary>Below this a copy is cheaper than a piece of its own on the way out.</summary>
    public const int NotedBytesMin = 4_096;

    /// <summary>
    /// A length is reserved at full width, which every reader takes, and made short afterwards where what follows is little to move.
    /// </summary>
    private const int LengthBytes = 5;

    private const int MovedBytesMax = 4_096;

    private readonly List<Note> _notes = [];
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(1_024);
    private int _written;
    private long _notedBytes;

    /// <summary>Of the whole message, notes included.</summary>
    public long TotalBytes => _written + _notedBytes;

    /// <summary>How many pieces the message has; nearly always one.</summary>
    public int PieceCount => (2 * _notes.Count) + 1;

    /// <summary>A piece of the message; some are empty. Good until the next await: what is noted may then lie elsewhere.</summary>
    public ReadOnlySpan<byte> Piece(int index)
    {
        var note = index / 2;
        if (index % 2 == 1) return _notes[note].Source.Bytes;
        var start = note == 0 ? 0 : _notes[note - 1].Position;
        var end = note == _notes.Count ? _written : _notes[note].Position;
        return _buffer.AsSpan(start, end - start);
    }

    public void Clear()
    {
        _written = 0;
        _notedBytes = 0;
        _notes.Clear();
    }

    public void Varint(int field, ulong value)
    {
        var span = Reserve(2 * ProtoWire.VarintBytesMax);
        var length = PutVarint(span, KeyOf(field, ProtoWire.Varint));
        _written += length + PutVarint(span[length..], value);
    }

    /// <summary>Nothing for 0, as proto3 has it.</summary>
    public void Int64(int field, long value)
    {
        if (value != 0) Varint(field, (ulong)value);
    }

    public void Bool(int field, bool value)
    {
        if (value) Varint(field, 1);
    }

    public void Fixed32(int field, uint value)
    {
        var span = Reserve(ProtoWire.VarintBytesMax + sizeof(uint));
        var length = PutVarint(span, KeyOf(field, ProtoWire.Fixed32));
        BinaryPrimitives.WriteUInt32LittleEndian(span[length..], value);
        _written += length + sizeof(uint);
    }

    public void Fixed64(int field, ulong value)
    {
        var span = Reserve(ProtoWire.VarintBytesMax + sizeof(ulong));
        var length = PutVarint(span, KeyOf(field, ProtoWire.Fixed64));
        BinaryPrimitives.WriteUInt64LittleEndian(span[length..], value);
        _written += length + sizeof(ulong);
    }

    /// <summary>Nothing for an empty text, as proto3 has it.</summary>
    public void Text(int field, string value)
    {
        if (value.Length > 0) TextAlways(field, value);
    }

    /// <summary>In a list or a oneof an empty text is a value.</summary>
    public void TextAlways(int field, string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Encoding.UTF8.GetBytes(value, Begin(field, length));
        _written += length;
    }

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        value.CopyTo(Begin(field, value.Length));
        _written += value.Length;
    }

    /// <summary>Bytes that stay where they are when they are many, to be read when the message is sent.</summary>
    public void Bytes(int field, IByteSource source)
    {
        var length = source.Bytes.Length;
        if (length < NotedBytesMin)
        {
            Bytes(field, source.Bytes);
            return;
        }

        var span = Reserve(2 * ProtoWire.VarintBytesMax);
        var head = PutVarint(span, KeyOf(field, ProtoWire.Bytes));
        _written += head + PutVarint(span[head..], (ulong)length);
        _notes.Add(new Note(_written, source));
        _notedBytes += length;
    }

    /// <summary>A number of a packed list, between <see cref="Enter"/> and <see cref="Leave"/>.</summary>
    public void Packed(ulong value) => _written += PutVarint(Reserve(ProtoWire.VarintBytesMax), value);

    /// <summary>Bytes as they are, between <see cref="Enter"/> and <see cref="Leave"/>.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _written += bytes.Length;
    }

    /// <summary>Begins a message, or a packed list, in the field. Hand the answer to <see cref="Leave"/>.</summary>
    public Mark Enter(int field)
    {
        var span = Reserve(ProtoWire.VarintBytesMax + LengthBytes);
        _written += PutVarint(span, KeyOf(field, ProtoWire.Bytes)) + LengthBytes;
        return new Mark(_written, _notes.Count, _notedBytes);
    }

    public void Leave(Mark mark)
    {
        var held = _written - mark.Position;
        var length = held + (_notedBytes - mark.NotedBytes);
        var place = _buffer.AsSpan(mark.Position - LengthBytes, LengthBytes);
        var isMoved = _notes.Count == mark.Notes && held <= MovedBytesMax;
        if (!isMoved)
        {
            PutWideVarint(place, (ulong)length);
            return;
        }

        var saved = LengthBytes - PutVarint(place, (ulong)length);
        _buffer.AsSpan(mark.Position, held).CopyTo(_buffer.AsSpan(mark.Position - saved));
        _written -= saved;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        Clear();
    }

    private static ulong KeyOf(int field, uint wire) => ((ulong)(uint)field << 3) | wire;

    private Span<byte> Begin(int field, int length)
    {
        var span = Reserve((2 * ProtoWire.VarintBytesMax) + length);
        var head = PutVarint(span, KeyOf(field, ProtoWire.Bytes));
        head += PutVarint(span[head..], (ulong)length);
        _written += head;
        return span.Slice(head, length);
    }

    private Span<byte> Reserve(int length)
    {
        if (_buffer.Length - _written < length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(checked(Math.Max(_written + length, 2 * Math.Min(_buffer.Length, 1 << 29))));
            _buffer.AsSpan(0, _written).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        return _buffer.AsSpan(_written);
    }

    private static int PutVarint(Span<byte> place, ulong value)
    {
        var length = 0;
        for (; value >= 0x80; value >>= 7) place[length++] = (byte)(value | 0x80);
        place[length++] = (byte)value;
        return length;
    }

    private static void PutWideVarint(Span<byte> place, ulong value)
    {
        for (var i = 0; i < LengthBytes; i++, value >>= 7) place[i] = (byte)((value & 0x7F) | (i < LengthBytes - 1 ? 0x80u : 0));
    }

    /// <summary>Where a message in a message began.</summary>
    public readonly record struct Mark(int Position, int Notes, long NotedBytes);

    private readonly record struct Note(int Position, IByteSource Source);
}

/// <summary>Bytes that lie somewhere and do not change until the message that holds them is sent.</summary>
internal interface IByteSource
{
    ReadOnlySpan<byte> Bytes { get; }
}
