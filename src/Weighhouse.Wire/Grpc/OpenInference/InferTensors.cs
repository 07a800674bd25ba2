using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Wire.Grpc.Protobuf;
using Weighhouse.Wire.Grpc.Tensors;
using Weighhouse.Wire.OpenInference;

namespace Weighhouse.Wire.Grpc.OpenInference;

/// <summary>The elements of an input, as raw bytes or in the list of their type; raw ones are used where they lie in the message.</summary>
internal static class InferTensors
{
    public static Error? SetRaw(
        ReadOnlyMemory<byte> raw, InferenceRequest request, int input, ElementType element, ReadOnlySpan<long> shape, int count)
    {
        var name = request.Shape.Inputs[input].Name;
        if (element is ElementType.Text) return SetRawTexts(raw, request, input, shape, count);
        var expected = (long)count * element.Width();
        if (raw.Length != expected)
            return Error.Invalid(
                $"input '{name}' has {raw.Length} bytes in raw_input_contents; its shape and datatype take {expected}");
        request.Set(input, element, shape, MemoryMarshal.AsMemory(raw));
        return null;
    }

    public static Error? SetContents(
        ReadOnlyMemory<byte> contents, InferenceRequest request, int input, ElementType element, ReadOnlySpan<long> shape, int count)
    {
        var name = request.Shape.Inputs[input].Name;
        var field = OpenInferenceType.FieldOf(element);
        if (field == 0)
            return Error.Invalid($"input '{name}' is of {OpenInferenceTypes.Name(element)}, which only raw_input_contents can hold");
        // An element takes a byte at least, so that nothing is rented for what cannot have come.
        if (count > contents.Length) return TooFew(name, count, contents.Length);
        if (element is ElementType.Text) return SetTexts(contents, request, input, shape, count);
        var place = request.Rent(count * element.Width());
        var sink = new ValueSink(place.Span, element);
        var reader = new ProtoReader(contents);
        while (reader.Next())
        {
            if (reader.Field == field) sink.Read(ref reader);
            else return Other(name, element);
        }

        if (reader.Refuse("ModelInferRequest") is { } broken) return broken;
        if (sink.Count != count) return TooFew(name, count, sink.Count);
        request.Set(input, element, shape, place);
        return null;
    }

    private static Error? SetTexts(
        ReadOnlyMemory<byte> contents, InferenceRequest request, int input, ReadOnlySpan<long> shape, int count)
    {
        var name = request.Shape.Inputs[input].Name;
        var slices = request.RentSlices(count);
        var given = 0;
        var reader = new ProtoReader(contents);
        while (reader.Next())
        {
            if (reader.Key != ((8 << 3) | ProtoWire.Bytes)) return Other(name, ElementType.Text);
            var text = reader.Bytes();
            if (given < count) slices.Span[given] = new TextSlice(reader.Position - text.Length, text.Length);
            given++;
        }

        if (reader.Refuse("ModelInferRequest") is { } broken) return broken;
        if (given != count) return TooFew(name, count, given);
        request.SetTexts(input, shape, MemoryMarshal.AsMemory(contents), slices);
        return null;
    }

    /// <summary>Each text after its length of four bytes.</summary>
    private static Error? SetRawTexts(
        ReadOnlyMemory<byte> raw, InferenceRequest request, int input, ReadOnlySpan<long> shape, int count)
    {
        var name = request.Shape.Inputs[input].Name;
        if ((long)count * sizeof(uint) > raw.Length) return TooFew(name, count, raw.Length / sizeof(uint));
        var slices = request.RentSlices(count);
        var bytes = raw.Span;
        var at = 0;
        for (var i = 0; i < count; i++)
        {
            if (bytes.Length - at < sizeof(uint)) return TooFew(name, count, i);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
            at += sizeof(uint);
            if (length > bytes.Length - at)
                return Error.Invalid($"input '{name}': text {i + 1} has {length} bytes by its length, and {bytes.Length - at} follow");
            slices.Span[i] = new TextSlice(at, (int)length);
            at += (int)length;
        }

        if (at != bytes.Length) return Error.Invalid($"input '{name}': {bytes.Length - at} bytes follow after the last of {count} texts");
        request.SetTexts(input, shape, MemoryMarshal.AsMemory(raw), slices);
        return null;
    }

    private static Error TooFew(string name, int count, int given) =>
        Error.Invalid($"input '{name}' got {given} elements; its shape takes {count}");

    private static Error Other(string name, ElementType element) =>
        Error.Invalid($"input '{name}' is of {OpenInferenceTypes.Name(element)}, but its contents are in the list of another datatype");
}
