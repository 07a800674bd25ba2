using System.Buffers.Binary;
using Weighhouse.Kernel;
using Weighhouse.Serving;

namespace Weighhouse.Wire.OpenInference;

/// <summary>Tensors as the protocol's binary data has them: little-endian, texts each after its length.</summary>
internal static class BinaryTensors
{
    /// <param name="offset">Of the bytes in their buffer. Runtimes want numbers at multiples of their width: others are copied.</param>
    public static Error? Set(
        InferenceRequest request, int input, ElementType element, ReadOnlySpan<long> shape, Memory<byte> bytes, int count, int offset)
    {
        var needed = (long)count * element.Width();
        if (bytes.Length != needed)
        {
            return Error.Invalid(
                $"unexpected total byte size {bytes.Length} for input '{request.Shape.Inputs[input].Name}', expecting {needed}");
        }

        if (offset % element.Width() != 0)
        {
            var aligned = request.Rent(bytes.Length);
            bytes.CopyTo(aligned);
            bytes = aligned;
        }

        request.Set(input, element, shape, bytes);
        return null;
    }

    public static Error? SetTexts(InferenceRequest request, int input, ReadOnlySpan<long> shape, Memory<byte> bytes, int count)
    {
        var name = request.Shape.Inputs[input].Name;
        // Each text has a length of four bytes: a shape that lies of more is refused before there is room for it.
        if (count > bytes.Length / sizeof(uint)) return Wrong(name, bytes.Length / sizeof(uint), count);
        var texts = request.RentSlices(count);
        var (at, found) = (0, 0);
        while (at < bytes.Length)
        {
            if (bytes.Length - at < sizeof(uint))
                return Error.Invalid($"incomplete string length indicator for inference input '{name}', expecting 4 bytes");
            var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[at..]);
            at += sizeof(uint);
            if (length > bytes.Length - at)
                return Error.Invalid($"incomplete string data for inference input '{name}', expecting {length} bytes");
            if (found == count) return Wrong(name, found + 1, count);
            texts.Span[found++] = new TextSlice(at, (int)length);
            at += (int)length;
        }

        if (found != count) return Wrong(name, found, count);
        request.SetTexts(input, shape, bytes, texts);
        return null;
    }

    /// <summary>How many bytes a tensor takes as binary data.</summary>
    public static long SizeOf(in TensorView tensor)
    {
        if (tensor.Element is not ElementType.Text) return tensor.Bytes.Length;
        long size = 0;
        foreach (var text in tensor.Texts) size += sizeof(uint) + text.Length;
        return size;
    }

    private static Error Wrong(string name, int found, int count) => Error.Invalid(
        $"unexpected number of string elements {found} for inference input '{name}', expecting {count}");
}
