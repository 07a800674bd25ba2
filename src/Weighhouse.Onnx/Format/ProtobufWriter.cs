using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Weighhouse.Onnx.Format;

/// <summary>Writes the fields of messages. A message inside is written by itself first, for its length comes before it.</summary>
internal sealed class ProtobufWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public void Integer(int field, long value)
    {
        Tag(field, WireType.Varint);
        Varint((ulong)value);
    }

    /// <summary>Zero is what a reader takes a missing number for.</summary>
    public void IntegerUnlessZero(int field, long value)
    {
        if (value != 0) Integer(field, value);
    }

    public void Number(int field, float value)
    {
        Tag(field, WireType.Fixed32);
        BinaryPrimitives.WriteSingleLittleEndian(_bytes.GetSpan(sizeof(float)), value);
        _bytes.Advance(sizeof(float));
    }

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, WireType.Bytes);
        Varint((ulong)value.Length);
        _bytes.Write(value);
    }

    public void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public void TextUnlessEmpty(int field, string value)
    {
        if (value.Length > 0) Text(field, value);
    }

    public void Message(int field, Action<ProtobufWriter> write)
    {
        var inner = new ProtobufWriter();
        write(inner);
        Bytes(field, inner.Written);
    }

    public void Integers(int field, List<long> values)
    {
        if (values.Count == 0) return;
        var packed = new ProtobufWriter();
        foreach (var value in values) packed.Varint((ulong)value);
        Bytes(field, packed.Written);
    }

    public void Numbers(int field, List<float> values)
    {
        if (values.Count == 0) return;
        var packed = new byte[values.Count * sizeof(float)];
        for (var i = 0; i < values.Count; i++) BinaryPrimitives.WriteSingleLittleEndian(packed.AsSpan(i * sizeof(float)), values[i]);
        Bytes(field, packed);
    }

    private void Tag(int field, WireType wire) => Varint(((ulong)field << 3) | (ulong)wire);

    private void Varint(ulong value)
    {
        var target = _bytes.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7) target[length++] = (byte)(value | 0x80);
        target[length++] = (byte)value;
        _bytes.Advance(length);
    }
}
