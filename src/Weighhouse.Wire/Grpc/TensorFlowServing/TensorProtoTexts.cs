using System.Runtime.InteropServices;
using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Wire.Grpc.Protobuf;
using Weighhouse.Wire.Grpc.Tensors;

namespace Weighhouse.Wire.Grpc.TensorFlowServing;

/// <summary>DT_STRING: a list of texts, or as content all lengths as varints and then all bytes.</summary>
internal static class TensorProtoTexts
{
    /// <summary>What a shape may make of fewer texts than it has.</summary>
    private const int RepeatedMax = 1 << 20;

    public static Error? Read(
        ReadOnlyMemory<byte> tensor, ReadOnlyMemory<byte> content, InferenceRequest request, int input, ShapeBuffer shape, int count,
        string alias)
    {
        if (count > RepeatedMax && count > tensor.Length)
            return TensorProtoReader.Wrong(alias, $"its shape {shape} has {count} texts, of which few were sent");
        var slices = request.RentSlices(count);
        return content.IsEmpty
            ? ReadList(tensor, request, input, shape, slices)
            : ReadContent(content, request, input, shape, slices, alias);
    }

    /// <summary>The texts lie in the message: they are slices of it.</summary>
    private static Error? ReadList(
        ReadOnlyMemory<byte> tensor, InferenceRequest request, int input, ShapeBuffer shape, Memory<TextSlice> slices)
    {
        var place = slices.Span;
        var given = 0;
        var reader = new ProtoReader(tensor);
        while (reader.Next())
        {
            if (reader.Key != ((8 << 3) | ProtoWire.Bytes))
            {
                reader.Skip();
                continue;
            }

            var text = reader.Bytes();
            if (given < place.Length) place[given++] = new TextSlice(reader.Position - text.Length, text.Length);
        }

        if (reader.Refuse("PredictRequest") is { } broken) return broken;
        place[given..].Fill(given == 0 ? default : place[given - 1]);
        request.SetTexts(input, shape.Span, MemoryMarshal.AsMemory(tensor), slices);
        return null;
    }

    private static Error? ReadContent(
        ReadOnlyMemory<byte> content, InferenceRequest request, int input, ShapeBuffer shape, Memory<TextSlice> slices, string alias)
    {
        var place = slices.Span;
        var reader = new ProtoReader(content);
        var total = 0L;
        for (var i = 0; i < place.Length && total <= content.Length; i++)
        {
            var length = (long)Math.Min(reader.Varint(), int.MaxValue);
            place[i] = new TextSlice((int)Math.Min(total, int.MaxValue), (int)length);
            total += length;
        }

        var isWhole = reader.Failure is ProtoFailure.None && reader.Position + total == content.Length;
        if (!isWhole)
            return TensorProtoReader.Wrong(
                alias, $"tensor_content of {content.Length} bytes is not {place.Length} lengths and their texts");
        request.SetTexts(input, shape.Span, MemoryMarshal.AsMemory(content)[reader.Position..], slices);
        return null;
    }
}
