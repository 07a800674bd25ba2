using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using Weighhouse.Onnx.Graphs;

namespace Weighhouse.Onnx.Format;

/// <summary>TensorProto and SparseTensorProto. Elements that are numbers of varying length become those of their type.</summary>
internal static class TensorReader
{
    private const int External = 1;

    public static OnnxTensor Tensor(ProtobufReader reader)
    {
        var tensor = new OnnxTensor();
        Tensor(reader, tensor);
        return tensor;
    }

    private static void Tensor(ProtobufReader reader, OnnxTensor tensor)
    {
        var (isExternal, external, numbers, elements) = (false, (OnnxExternalData?)null, new List<long>(), default(Elements));
        while (reader.Next())
        {
            switch (reader.Field, reader.Wire)
            {
                case (1, WireType.Varint or WireType.Bytes): reader.Integers(tensor.Shape); break;
                case (2, WireType.Varint): tensor.ElementType = (OnnxElementType)(int)reader.Integer(); break;
                case (4, WireType.Fixed32 or WireType.Bytes) or (10, WireType.Fixed64 or WireType.Bytes):
                    elements.Add(reader.FixedBytes());
                    break;
                case (5 or 7 or 11, WireType.Varint or WireType.Bytes): reader.Integers(numbers); break;
                case (6, WireType.Bytes): tensor.Texts.Add(reader.ListedBytes()); break;
                case (8, WireType.Bytes): tensor.Name = reader.Text(); break;
                case (9, WireType.Bytes): tensor.Bytes = reader.Bytes(); break;
                case (13, WireType.Bytes):
                    external = Entry(external ?? new OnnxExternalData(""), ModelReader.Entry(reader.Message()));
                    break;
                case (14, WireType.Varint): isExternal = reader.Integer() == External; break;
                default: reader.Skip(); break;
            }
        }

        if (tensor.Bytes.IsEmpty) tensor.Bytes = numbers.Count > 0 ? Narrow(tensor.ElementType, numbers) : elements.All;
        tensor.External = isExternal ? external ?? new OnnxExternalData("") : null;
    }

    public static OnnxSparseTensor Sparse(ProtobufReader reader)
    {
        var (sparse, hasValues, hasIndices) = (new OnnxSparseTensor(), false, false);
        while (reader.Next())
        {
            switch (reader.Field, reader.Wire)
            {
                case (1, WireType.Bytes): Tensor(reader.MessageOnce(ref hasValues), sparse.Values); break;
                case (2, WireType.Bytes): Tensor(reader.MessageOnce(ref hasIndices), sparse.Indices); break;
                case (3, WireType.Varint or WireType.Bytes): reader.Integers(sparse.Shape); break;
                default: reader.Skip(); break;
            }
        }

        return sparse;
    }

    private static OnnxExternalData Entry(OnnxExternalData external, (string Key, string Value) entry) => entry.Key switch
    {
        "location" => external with { Location = entry.Value },
        "offset" => external with { OffsetBytes = Amount(entry) },
        "length" => external with { LengthBytes = Amount(entry) },
        _ => external,
    };

    private static long Amount((string Key, string Value) entry) =>
        long.TryParse(entry.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var amount)
            ? amount
            : throw new MalformedModelException($"the {entry.Key} of external data is '{Shortened(entry.Value)}' and no number of bytes");

    private static string Shortened(string text) => text.Length <= 40 ? text : text[..40] + "…";

    /// <summary>
    /// In these lists a number stands for one element, except that one of 4 bits stands for the two of a byte; halves are their bits.
    /// </summary>
    private static byte[] Narrow(OnnxElementType type, List<long> numbers)
    {
        var values = CollectionsMarshal.AsSpan(numbers);
        return Math.Max(8, type.Bits()) switch
        {
            8 => Narrow(values, static value => (byte)value),
            16 => Narrow(values, static value => (ushort)value),
            32 => Narrow(values, static value => (uint)value),
            64 => MemoryMarshal.AsBytes(values).ToArray(),
            _ => throw new MalformedModelException($"a tensor of {type} cannot hold its elements as numbers"),
        };
    }

    private static byte[] Narrow<T>(ReadOnlySpan<long> numbers, Func<long, T> narrow)
        where T : unmanaged
    {
        var values = new T[numbers.Length];
        for (var i = 0; i < values.Length; i++) values[i] = narrow(numbers[i]);
        return MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }

    /// <summary>Elements as they come: mostly all at once, which stay where they are; one by one, if somebody writes them so.</summary>
    private struct Elements
    {
        private ReadOnlyMemory<byte> _first;
        private ArrayBufferWriter<byte>? _joined;

        public readonly ReadOnlyMemory<byte> All => _joined?.WrittenMemory ?? _first;

        public void Add(ReadOnlyMemory<byte> more)
        {
            if (_first.IsEmpty)
            {
                _first = more;
                return;
            }

            if (_joined is null)
            {
                _joined = new ArrayBufferWriter<byte>();
                _joined.Write(_first.Span);
            }

            _joined.Write(more.Span);
        }
    }
}
