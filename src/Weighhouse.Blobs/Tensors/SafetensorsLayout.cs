using System.Buffers.Binary;
using System.Text.Json;
using Weighhouse.Blobs.Chunking;

namespace Weighhouse.Blobs.Tensors;

/// <summary>safetensors: the length of a JSON header, the header, the tensors.</summary>
internal sealed class SafetensorsLayout() : HeaderLayout("safetensors")
{
    private const int LengthBytes = sizeof(long);
    private const int DimensionsMax = 64;

    public static bool Matches(ReadOnlySpan<byte> start) =>
        start.Length > LengthBytes
        && start[LengthBytes] == (byte)'{'
        && BinaryPrimitives.ReadInt64LittleEndian(start) is >= 2 and <= Chunker.HeaderMaxBytes - LengthBytes;

    protected override long? ReadHeader(ReadOnlySpan<byte> bytes, out int neededBytes)
    {
        var end = LengthBytes + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        neededBytes = end;
        if (bytes.Length < end) return null;
        neededBytes = 0;
        try
        {
            var reader = new Utf8JsonReader(bytes[LengthBytes..end], new JsonReaderOptions { MaxDepth = 8 });
            if (ReadTensors(ref reader, end)) return end;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
        {
            // Not JSON, or not of the types the format has: no safetensors file then.
        }

        Tensors.Clear();
        return null;
    }

    private bool ReadTensors(ref Utf8JsonReader reader, long dataStart)
    {
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (name == "__metadata__") reader.Skip();
            else if (ReadTensor(ref reader, name, dataStart) is { } tensor) Tensors.Add(tensor);
            else return false;
        }

        return reader.TokenType == JsonTokenType.EndObject;
    }

    private static TensorInfo? ReadTensor(ref Utf8JsonReader reader, string name, long dataStart)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return null;
        var (dataType, shape, offsets) = ("", (List<long>?)[], (List<long>?)null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = reader.GetString();
            reader.Read();
            if (field == "dtype") dataType = reader.GetString() ?? "";
            else if (field == "shape") shape = ReadNumbers(ref reader);
            else if (field == "data_offsets") offsets = ReadNumbers(ref reader);
            else reader.Skip();
        }

        if (shape is null || offsets is not [var from, var to] || !IsPosition(from) || !IsPosition(to) || from > to) return null;
        return new TensorInfo(name, dataType, shape, dataStart + from, to - from);
    }

    private static List<long>? ReadNumbers(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray) return null;
        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType == JsonTokenType.Number)
        {
            if (numbers.Count == DimensionsMax) return null;
            numbers.Add(reader.GetInt64());
        }

        return reader.TokenType == JsonTokenType.EndArray ? numbers : null;
    }
}
