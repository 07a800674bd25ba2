using System.Buffers.Binary;

namespace Weighhouse.Tracking.Metrics.Segments;

/// <summary>Writes into a span that is known to be large enough; passing its end is a bug and throws.</summary>
internal ref struct ByteWriter(Span<byte> target)
{
    public const int VarIntMaxBytes = 10;

    private readonly Span<byte> _target = target;

    public int Position { get; private set; }

    public readonly ReadOnlySpan<byte> Written => _target[..Position];

    public void Byte(byte value) => _target[Position++] = value;

    public void VarInt(ulong value)
    {
        var position = Position;
        while (value >= 0x80)
        {
            _target[position++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _target[position++] = (byte)value;
        Position = position;
    }

    public void ZigZag(long value) => VarInt((ulong)((value << 1) ^ (value >> 63)));

    public void Double(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(_target[Position..], value);
        Position += sizeof(double);
    }

    public void Float(float value)
    {
        BinaryPrimitives.WriteSingleLittleEndian(_target[Position..], value);
        Position += sizeof(float);
    }

    public void Long(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_target[Position..], value);
        Position += sizeof(long);
    }

    public void UInt(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_target[Position..], value);
        Position += sizeof(uint);
    }

    /// <summary>So many bytes to be filled by the caller.</summary>
    public Span<byte> Take(int count)
    {
        var taken = _target.Slice(Position, count);
        Position += count;
        return taken;
    }

    public void Pad(int count) => Take(count).Clear();

    /// <summary>The checksum of all that was written so far.</summary>
    public void Checksum() => UInt(Crc32C.Of(Written));
}
