using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Weighhouse.Kernel;

namespace Weighhouse.Evaluation.Reading;

/// <summary>What the header of an array of NumPy says.</summary>
/// <param name="Kind">b, i, u, f or U, as NumPy writes types.</param>
/// <param name="Rows">The first dimension; 1 for a single number.</param>
/// <param name="Width">Elements a row.</param>
internal sealed partial record NpyHeader(char Kind, int ElementBytes, bool IsBigEndian, bool IsByColumns, long Rows, int Width)
{
    /// <summary>NumPy's own headers have a few hundred bytes.</summary>
    private const int HeaderBytesMax = 64 << 10;

    private const int WidthMax = 2_048;

    /// <summary>A header is short; what takes longer is made to take longer.</summary>
    private const int MatchTimeMaxMs = 10_000;

    /// <summary>Reads up to the first element.</summary>
    public static Result<NpyHeader> Read(Stream stream, string name)
    {
        Span<byte> start = stackalloc byte[12];
        if (stream.ReadAtLeast(start[..8], 8, throwOnEndOfStream: false) < 8 || !start.StartsWith((ReadOnlySpan<byte>)[0x93, .. "NUMPY"u8]))
            return Error.Invalid($"'{name}' is no array of NumPy: its first bytes are not those of one.", "rows");
        var wide = start[6] >= 2;
        var size = wide ? 4 : 2;
        if (stream.ReadAtLeast(start[8..(8 + size)], size, throwOnEndOfStream: false) < size) return Ends(name);
        var length = wide ? BinaryPrimitives.ReadUInt32LittleEndian(start[8..]) : BinaryPrimitives.ReadUInt16LittleEndian(start[8..]);
        if (length > HeaderBytesMax) return Error.Invalid(
            $"The header of '{name}' has {length} bytes; the limit is {HeaderBytesMax}.", "rows");
        var bytes = new byte[length];
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length) return Ends(name);
        return Parse(Encoding.UTF8.GetString(bytes), name);
    }

    private static Result<NpyHeader> Parse(string header, string name)
    {
        var (type, order, shape) = (TypePattern().Match(header), OrderPattern().Match(header), ShapePattern().Match(header));
        if (!order.Success || !shape.Success)
            return Error.Invalid($"The header of '{name}' is not one of NumPy's: {PlainText.Cut(header, 200)}", "rows");
        if (!type.Success || !int.TryParse(type.Groups["size"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || !IsKnown(type.Groups["kind"].ValueSpan[0], count))
        {
            return Error.Invalid(
                $"'{name}' holds elements of another type than numbers, booleans and text: {PlainText.Cut(header, 200)} Save it with one "
                + "of these, objects not allowed.",
                "rows");
        }

        var dimensions = new List<long>();
        foreach (var part in shape.Groups["sizes"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var dimension)) return Ends(name);
            dimensions.Add(dimension);
        }

        if (dimensions.Count > 2 || (dimensions.Count == 2 && dimensions[1] is < 1 or > WidthMax))
        {
            return Error.Invalid(
                $"'{name}' has the shape [{string.Join(", ", dimensions)}]; rows are of one or two dimensions, at most {WidthMax} wide.",
                    "rows");
        }

        var kind = type.Groups["kind"].ValueSpan[0];
        return new NpyHeader(
            kind, kind == 'U' ? 4 * count : count, type.Groups["order"].ValueSpan is ">", order.Groups["columns"].ValueSpan is "True",
            dimensions.Count == 0 ? 1 : dimensions[0], dimensions.Count == 2 ? (int)dimensions[1] : 1);
    }

    private static bool IsKnown(char kind, int count) => kind switch
    {
        'b' => count == 1,
        'i' or 'u' => count is 1 or 2 or 4 or 8,
        'f' => count is 2 or 4 or 8,
        'U' => count is > 0 and <= 10_000,
        _ => false,
    };

    private static Error Ends(string name) => Error.Invalid($"'{name}' ends in its header. Save the array again.", "rows");

    [GeneratedRegex("'descr': '(?<order>[<>|=])(?<kind>[a-zA-Z])(?<size>[0-9]{1,5})'", RegexOptions.ExplicitCapture, MatchTimeMaxMs)]
    private static partial Regex TypePattern();

    [GeneratedRegex("'fortran_order': (?<columns>True|False)", RegexOptions.ExplicitCapture, MatchTimeMaxMs)]
    private static partial Regex OrderPattern();

    [GeneratedRegex("'shape': \\((?<sizes>[0-9, ]*)\\)", RegexOptions.ExplicitCapture, MatchTimeMaxMs)]
    private static partial Regex ShapePattern();
}
