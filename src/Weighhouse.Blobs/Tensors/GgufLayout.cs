using System.Buffers.Binary;
using System.Text;
using Weighhouse.Blobs.Chunking;

namespace Weighhouse.Blobs.Tensors;

/// <summary>
/// GGUF: keys and values, the table of tensors, the tensors. Read front to back; whatever counts it claims, each item costs bytes.
/// </summary>
internal sealed class GgufLayout() : HeaderLayout("gguf")
{
    private const int FixedBytes = 24;
    private const int DimensionsMax = 8;
    private const long DefaultAlignment = 32;

    private static ReadOnlySpan<byte> Magic => "GGUF"u8;

    public static bool Matches(ReadOnlySpan<byte> start) =>
        start.Length >= FixedBytes && start.StartsWith(Magic) && BinaryPrimitives.ReadUInt32LittleEndian(start[4..]) is 2 or 3;

    protected override long? ReadHeader(ReadOnlySpan<byte> bytes, out int neededBytes)
    {
        neededBytes = 0;
        Tensors.Clear();
        var reader = new GgufReader(bytes[FixedBytes..]);
        var alignment = DefaultAlignment;
        var values = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        for (ulong i = 0; i < values && reader.IsSound; i++)
        {
            var key = reader.Text();
            if (reader.Value() is { } number && key == "general.alignment") alignment = number;
        }

        var count = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        var found = new List<GgufTensor>();
        for (ulong i = 0; i < count && reader.IsSound; i++)
        {
            if (ReadTensor(ref reader) is { } tensor) found.Add(tensor);
        }

        if (reader.IsWrong || alignment is < 1 or > 1 << 20) return null;
        if (!reader.IsSound)
        {
            // Nobody knows how long the table is before it is read: ask for twice as much.
            neededBytes = bytes.Length >= Chunker.HeaderMaxBytes ? int.MaxValue : Math.Min(bytes.Length * 2, Chunker.HeaderMaxBytes);
            return null;
        }

        var start = (FixedBytes + reader.Position + alignment - 1) / alignment * alignment;
        Place(found, start);
        return start;
    }

    private static GgufTensor? ReadTensor(ref GgufReader reader)
    {
        var name = reader.Text();
        var dimensions = reader.UInt32();
        if (dimensions > DimensionsMax) reader.Refuse();
        var shape = new List<long>();
        for (var i = 0; i < dimensions && reader.IsSound; i++) shape.Add(reader.Int64());
        var type = reader.UInt32();
        var offset = reader.Int64();
        if (!reader.IsSound) return null;
        // The file counts from the innermost dimension.
        shape.Reverse();
        if (IsPosition(offset) && shape.TrueForAll(IsPosition)) return new GgufTensor(name, type, shape, offset);
        reader.Refuse();
        return null;
    }

    private void Place(List<GgufTensor> found, long start)
    {
        foreach (var tensor in found)
        {
            // Of a type unknown here the length is unknown too; it is then cut like anything else.
            var (typeName, elements, blockBytes) = GgufTypes.Find(tensor.Type);
            var length = LengthOf(tensor.Shape, 1) is { } count && LengthOf([count / elements], blockBytes) is { } bytes ? bytes : 0;
            Tensors.Add(new TensorInfo(tensor.Name, typeName, tensor.Shape, start + tensor.Offset, length));
        }
    }

    private sealed record GgufTensor(string Name, uint Type, List<long> Shape, long Offset);
}

/// <summary>Reads values and stops for good at the first that is not there or cannot be.</summary>
internal ref struct GgufReader(ReadOnlySpan<byte> bytes)
{
    private const uint TypeString = 8, TypeArray = 9;
    private const int NameBytesMax = 64 << 10;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private bool _isShort;

    public long Position { get; private set; }

    /// <summary>The bytes contradict the format; more of them would not help.</summary>
    public bool IsWrong { get; private set; }

    public readonly bool IsSound => !_isShort && !IsWrong;

    public void Refuse() => IsWrong = true;

    public uint UInt32() => Take(sizeof(uint)) is { Length: > 0 } taken ? BinaryPrimitives.ReadUInt32LittleEndian(taken) : 0;

    public long Int64() => Take(sizeof(long)) is { Length: > 0 } taken ? BinaryPrimitives.ReadInt64LittleEndian(taken) : 0;

    public string Text()
    {
        var length = Int64();
        if (length is < 0 or > NameBytesMax) Refuse();
        return Encoding.UTF8.GetString(Take(length));
    }

    /// <summary>Steps over a value; whole numbers of 32 bits are returned, others are not interesting.</summary>
    public long? Value()
    {
        var type = UInt32();
        if (type == TypeArray)
        {
            SkipArray();
            return null;
        }

        if (type is 4 or 5) return UInt32();
        Skip(type);
        return null;
    }

    private void SkipArray()
    {
        var type = UInt32();
        var count = Int64();
        if (count < 0 || type == TypeArray) Refuse();
        if (type == TypeString)
        {
            for (long i = 0; i < count && IsSound; i++) Skip(type);
        }
        else if (WidthOf(type) is var width and > 0 && count <= long.MaxValue / width)
        {
            Take(count * width);
        }
        else
        {
            Refuse();
        }
    }

    private void Skip(uint type)
    {
        if (type == TypeString) Take(Int64());
        else if (WidthOf(type) is var width and > 0) Take(width);
        else Refuse();
    }

    private static int WidthOf(uint type) => type switch
    {
        0 or 1 or 7 => 1,
        2 or 3 => 2,
        4 or 5 or 6 => 4,
        10 or 11 or 12 => 8,
        _ => 0,
    };

    private ReadOnlySpan<byte> Take(long length)
    {
        if (length < 0) Refuse();
        if (!IsSound) return default;
        if (length > _bytes.Length - Position)
        {
            _isShort = true;
            return default;
        }

        var taken = _bytes.Slice((int)Position, (int)length);
        Position += length;
        return taken;
    }
}

/// <summary>The number formats of GGUF: name, elements in a block, bytes of a block.</summary>
internal static class GgufTypes
{
    public static (string Name, int Elements, int BlockBytes) Find(uint type) => type switch
    {
        0 => ("F32", 1, 4),
        1 => ("F16", 1, 2),
        2 => ("Q4_0", 32, 18),
        3 => ("Q4_1", 32, 20),
        6 => ("Q5_0", 32, 22),
        7 => ("Q5_1", 32, 24),
        8 => ("Q8_0", 32, 34),
        9 => ("Q8_1", 32, 36),
        10 => ("Q2_K", 256, 84),
        11 => ("Q3_K", 256, 110),
        12 => ("Q4_K", 256, 144),
        13 => ("Q5_K", 256, 176),
        14 => ("Q6_K", 256, 210),
        15 => ("Q8_K", 256, 292),
        24 => ("I8", 1, 1),
        25 => ("I16", 1, 2),
        26 => ("I32", 1, 4),
        27 => ("I64", 1, 8),
        28 => ("F64", 1, 8),
        30 => ("BF16", 1, 2),
        _ => ($"type {type}", 1, 0),
    };
}
