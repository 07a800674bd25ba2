using System.Runtime.InteropServices;
using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Wire.Grpc.Protobuf;
using Weighhouse.Wire.Grpc.Tensors;

namespace Weighhouse.Wire.Grpc.TensorFlowServing;

/// <summary>
/// A TensorProto into an input. tensor_content comes before the lists; of a list with fewer elements than the shape the last one stands
/// for the rest, and of an empty one a zero for all. Content, and packed floats, are used where they lie in the message.
/// </summary>
internal static class TensorProtoReader
{
    /// <summary>What a shape may make of fewer elements than it has: one number and a shape are no reason to fill the memory.</summary>
    private const int RepeatedBytesMax = 16 << 20;

    private const uint TypeKey = (1 << 3) | ProtoWire.Varint;
    private const uint ShapeKey = (2 << 3) | ProtoWire.Bytes;
    private const uint ContentKey = (4 << 3) | ProtoWire.Bytes;

    /// <param name="tensor">The message; part of what the request owns.</param>
    public static Error? Read(ReadOnlyMemory<byte> tensor, InferenceRequest request, int input, string alias)
    {
        var reader = new ProtoReader(tensor);
        var (type, content, shape, isRankKnown) = (0, default(ReadOnlyMemory<byte>), default(ShapeBuffer), true);
        while (reader.Next())
        {
            switch (reader.Key)
            {
                case TypeKey: type = reader.Int32(); break;
                case ShapeKey: isRankKnown &= ReadShape(ref reader, ref shape); break;
                case ContentKey: content = reader.Memory(); break;
                default: reader.Skip(); break;
            }
        }

        if (reader.Refuse("PredictRequest") is { } broken) return broken;
        if (!TensorFlowType.TryParse(type, out var element)) return Wrong(alias, $"data type {type} is not served");
        if (!isRankKnown || shape.IsTooLong) return Wrong(alias, $"its rank must be known and at most {ShapeBuffer.RankMax}");
        var count = ElementTypes.CountOf(shape.Span);
        if (count < 0) return Wrong(alias, $"its shape {shape} has a negative size or too many elements");
        if (element is ElementType.Text) return TensorProtoTexts.Read(tensor, content, request, input, shape, count, alias);
        if (!content.IsEmpty) return SetContent(content, request, input, element, shape, count, alias);
        return SetList(tensor, request, input, element, shape, count, alias);
    }

    public static Error Wrong(string alias, string why) => Error.Invalid($"tensor parsing error: {alias} ({why})");

    private static bool ReadShape(ref ProtoReader reader, ref ShapeBuffer shape)
    {
        var isRankKnown = true;
        var outer = reader.Enter();
        while (reader.Next())
        {
            switch (reader.Key)
            {
                case (2 << 3) | ProtoWire.Bytes: shape.Add(ReadSize(ref reader)); break;
                case (3 << 3) | ProtoWire.Varint: isRankKnown = !reader.Bool(); break;
                default: reader.Skip(); break;
            }
        }

        reader.Leave(outer);
        return isRankKnown;
    }

    private static long ReadSize(ref ProtoReader reader)
    {
        var size = 0L;
        var outer = reader.Enter();
        while (reader.Next())
        {
            if (reader.Key == ((1 << 3) | ProtoWire.Varint)) size = reader.Int64();
            else reader.Skip();
        }

        reader.Leave(outer);
        return size;
    }

    private static Error? SetContent(
        ReadOnlyMemory<byte> content, InferenceRequest request, int input, ElementType element, ShapeBuffer shape, int count, string alias)
    {
        if (content.Length != (long)count * element.Width())
            return Wrong(alias, $"tensor_content has {content.Length} bytes; {count} elements take {(long)count * element.Width()}");
        request.Set(input, element, shape.Span, MemoryMarshal.AsMemory(content));
        return null;
    }

    private static Error? SetList(
        ReadOnlyMemory<byte> tensor, InferenceRequest request, int input, ElementType element, ShapeBuffer shape, int count, string alias)
    {
        var field = TensorFlowType.ListFieldOf(element);
        var bytes = (long)count * element.Width();
        if (ValueSink.IsFixed(element) && FindPacked(tensor, field, bytes) is { } packed)
        {
            request.Set(input, element, shape.Span, MemoryMarshal.AsMemory(packed));
            return null;
        }

        // An element of a list takes a byte of the message at least: what is longer than the message is repeated.
        if (bytes > RepeatedBytesMax && count > tensor.Length)
            return Wrong(alias, $"its shape {shape} has {bytes} bytes, of which few were sent; at most {RepeatedBytesMax} are filled up");
        var place = request.Rent((int)bytes);
        var sink = new ValueSink(place.Span, element);
        var reader = new ProtoReader(tensor);
        while (reader.Next())
        {
            if (reader.Field == field) sink.Read(ref reader);
            else reader.Skip();
        }

        if (reader.Refuse("PredictRequest") is { } broken) return broken;
        Repeat(place.Span, Math.Min(sink.Count, count), element.Width());
        request.Set(input, element, shape.Span, place);
        return null;
    }

    /// <summary>The one packed list that holds the whole tensor; null when it came in pieces, one by one, or shorter.</summary>
    private static ReadOnlyMemory<byte>? FindPacked(ReadOnlyMemory<byte> tensor, int field, long bytes)
    {
        ReadOnlyMemory<byte>? found = null;
        var reader = new ProtoReader(tensor);
        while (reader.Next())
        {
            if (reader.Field != field)
            {
                reader.Skip();
                continue;
            }

            if (found is not null || (reader.Key & 7) != ProtoWire.Bytes) return null;
            found = reader.Memory();
        }

        return found?.Length == bytes ? found : null;
    }

    private static void Repeat(Span<byte> place, int given, int width)
    {
        var filled = given * width;
        if (given == 0)
        {
            place.Clear();
            return;
        }

        var last = place.Slice(filled - width, width);
        for (; filled < place.Length; filled += width) last.CopyTo(place[filled..]);
    }
}
