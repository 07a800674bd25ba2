using System.Globalization;

namespace Weighhouse.Trust.Scanning.Formats;

/// <summary>A type of elements as NumPy writes it: <c>&lt;f8</c>, <c>|S10</c>, <c>V16</c>.</summary>
/// <param name="HasObjects">Whether the elements are Python objects, which are stored as a pickle.</param>
/// <param name="IsSized">Whether the size is the type's own: a text's, or a structure's.</param>
/// <param name="IsStructure">Whether it is bytes of fields that are named elsewhere.</param>
internal readonly record struct NumpyType(UInt128 SizeBytes, bool HasObjects, bool IsSized = false, bool IsStructure = false)
{
    private const int LettersOfUnicode = 4;

    /// <summary>Null for what is not one of these. NumPy knows more spellings, and writes none of them.</summary>
    public static NumpyType? Parse(string text)
    {
        var at = text.Length > 0 && text[0] is '<' or '>' or '|' or '=' ? 1 : 0;
        if (at >= text.Length) return null;
        var kind = text[at];
        var unit = text.IndexOf('[', StringComparison.Ordinal);
        var digits = text[(at + 1)..(unit < 0 ? text.Length : unit)];
        if (unit >= 0 && (kind is not ('m' or 'M') || !text.EndsWith(']'))) return null;
        if (kind == 'O') return digits.All(char.IsAsciiDigit) ? new NumpyType(8, HasObjects: true) : null;
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var size)) return null;
        var bytes = (UInt128)size;
        return kind switch
        {
            'b' or 'i' or 'u' or 'f' or 'c' or 'm' or 'M' when size is 1 or 2 or 4 or 8 or 12 or 16 or 24 or 32 =>
                new NumpyType(bytes, false),
            'S' or 'a' => new NumpyType(bytes, false, IsSized: true),
            'U' => new NumpyType(bytes * LettersOfUnicode, false, IsSized: true),
            'V' => new NumpyType(bytes, false, IsSized: true, IsStructure: true),
            _ => null,
        };
    }
}
