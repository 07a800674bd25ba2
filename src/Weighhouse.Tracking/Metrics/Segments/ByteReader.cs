using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Weighhouse.Tracking.Metrics.Segments;

/// <summary>
/// Reads bytes that may be anything. Once something was missing or malformed <see cref="IsBroken"/> stays set and everything reads as
/// zero, so that one check at the end of a part is enough.
/// </summary>
internal ref struct ByteReader(ReadOnlySpan<byte> source)
{
    private readonly ReadOnlySpan<byte> _source = source;
    private int _position;

    public bool IsBroken { get; private set; }

    public readonly int Remaining => _source.Length - _position;

    public byte Byte()
    {
        if (_position < _source.Length) return _source[_position++];
        IsBroken = true;
        return 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong VarInt()
    {
        if (_position < _source.Length && _source[_position] < 0x80) return _source[_position++];
        return LongVarInt();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long ZigZag()
    {
        var value = VarInt();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (count > Remaining)
        {
            IsBroken = true;
            return default;
        }

        var bytes = _source.Slice(_position, count);
        _position += count;
        return bytes;
    }

    public uint UInt()
    {
        var bytes = Bytes(sizeof(uint));
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    private ulong LongVarInt()
    {
        var value = 0UL;
        for (var shift = 0; shift < 70 && _position < _source.Length; shift += 7)
        {
            var part = _source[_position++];
            // The tenth byte has one bit left.
            if (shift == 63 && part > 1) break;
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }

        IsBroken = true;
        return 0;
    }
}
