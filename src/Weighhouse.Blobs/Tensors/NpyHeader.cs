using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Weighhouse.Blobs.Tensors;

/// <summary>The header of NumPy's array format: a Python dictionary that is read as text.</summary>
internal static partial class NpyHeader
{
    /// <summary>A header that describes one array of plain numbers takes 128 bytes; this leaves room for records.</summary>
    public const int BytesMax = 64 << 10;

    private const int FixedBytes = 12;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    public static bool Matches(ReadOnlySpan<byte> start) => start.StartsWith(Magic);

    /// <summary>How many bytes must be seen to know how long the header is, or how long it is.</summary>
    public static int NeededBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < FixedBytes) return FixedBytes;
        var isFirstVersion = bytes[6] == 1;
        long text = isFirstVersion
            ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..])
            : BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        return (int)Math.Min(text + (isFirstVersion ? FixedBytes - 2 : FixedBytes), int.MaxValue);
    }

    /// <summary>Type, shape and bytes of an element; null when the header, which is whole, is of another kind.</summary>
    public static (string DataType, List<long> Shape, long ElementBytes)? Read(ReadOnlySpan<byte> header)
    {
        if (!Matches(header) || header.Length is < FixedBytes or > BytesMax) return null;
        var text = Encoding.Latin1.GetString(header[(FixedBytes - 2)..]);
        var type = TypePattern().Match(text);
        var shape = ShapePattern().Match(text);
        if (!type.Success || !shape.Success) return null;
        var sizes = new List<long>();
        foreach (var part in shape.Groups["sizes"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var size)) return null;
            sizes.Add(size);
        }

        if (!int.TryParse(type.Groups["width"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var width)) return null;
        // A character of a Unicode string takes four bytes.
        return (type.Groups["type"].Value, sizes, type.Groups["type"].Value.Contains('U') ? width * 4L : width);
    }

    [GeneratedRegex("'descr': *'(?<type>[<>|=][a-zA-Z](?<width>[0-9]{1,9}))'", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TypePattern();

    [GeneratedRegex("'shape': *\\((?<sizes>[0-9, ]{0,2000})\\)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ShapePattern();
}

/// <summary>One NumPy array.</summary>
internal sealed class NpyLayout() : HeaderLayout("npy")
{
    protected override long? ReadHeader(ReadOnlySpan<byte> bytes, out int neededBytes)
    {
        neededBytes = NpyHeader.NeededBytes(bytes);
        if (bytes.Length < neededBytes) return null;
        var end = neededBytes;
        neededBytes = 0;
        if (NpyHeader.Read(bytes[..end]) is not { } header || LengthOf(header.Shape, header.ElementBytes) is not { } length) return null;
        Tensors.Add(new TensorInfo("", header.DataType, header.Shape, end, length));
        return end;
    }
}
