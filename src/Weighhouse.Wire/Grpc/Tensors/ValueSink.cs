using System.Buffers.Binary;
using Weighhouse.Serving;
using Weighhouse.Wire.Grpc.Protobuf;

namespace Weighhouse.Wire.Grpc.Tensors;

/// <summary>Takes numbers out of repeated fields, packed or not, and lays them side by side as their type has them.</summary>
internal ref struct ValueSink(Span<byte> place, ElementType element)
{
    private readonly Span<byte> _place = place;
    private readonly int _width = element.Width();

    /// <summary>How many numbers came, also of those that there is no room for.</summary>
    public int Count { get; private set; } = 0;

    /// <summary>Whether the field's numbers are sent at their own width, so that packed ones lie as a tensor has them.</summary>
    public static bool IsFixed(ElementType element) => element is ElementType.Float32 or ElementType.Float64;

    /// <summary>Reads the field at hand: one number or a packed list of them.</summary>
    public void Read(ref ProtoReader reader)
    {
        if ((reader.Key & 7) != ProtoWire.Bytes)
        {
            ReadOne(ref reader);
            return;
        }

        var outer = reader.Enter();
        while (reader.HasMore) ReadOne(ref reader);
        reader.Leave(outer);
    }

    private void ReadOne(ref ProtoReader reader)
    {
        var value = element switch
        {
            ElementType.Float32 => reader.Fixed32(),
            ElementType.Float64 => reader.Fixed64(),
            ElementType.Bool => reader.Bool() ? 1u : 0,
            _ => reader.Varint(),
        };
        if (reader.Failure is not ProtoFailure.None) return;
        var at = (long)Count++ * _width;
        if (at + _width > _place.Length) return;
        var place = _place.Slice((int)at, _width);
        switch (_width)
        {
            case 1: place[0] = (byte)value; break;
            case 2: BinaryPrimitives.WriteUInt16LittleEndian(place, (ushort)value); break;
            case 4: BinaryPrimitives.WriteUInt32LittleEndian(place, (uint)value); break;
            default: BinaryPrimitives.WriteUInt64LittleEndian(place, value); break;
        }
    }
}
