using System.Globalization;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Search;

/// <summary>What one term of an order sees of a run: a value, or its lack. NaN comes after every value and lack after NaN, both
/// ways.</summary>
internal readonly record struct SortValue
{
    private readonly Rank _rank;
    private readonly double _number;
    private readonly string? _text;

    private SortValue(Rank rank, double number, string? text)
    {
        _rank = rank;
        _number = number;
        _text = text;
    }

    private enum Rank : byte
    {
        Value,
        Nan,
        Missing,
    }

    public static readonly SortValue Missing = new(Rank.Missing, 0, null);

    public static readonly SortValue Nan = new(Rank.Nan, 0, null);

    public bool IsValue => _rank is Rank.Value;

    public bool IsNan => _rank is Rank.Nan;

    public bool IsMissing => _rank is Rank.Missing;

    public double Number => _number;

    public string Text => _text ?? "";

    public static SortValue Of(double number) => new(Rank.Value, number, null);

    public static SortValue Of(string text) => new(Rank.Value, 0, text);

    public static int Compare(SortValue a, SortValue b, bool ascending)
    {
        if (a._rank != b._rank || a._rank is not Rank.Value) return a._rank.CompareTo(b._rank);
        var order = a._text is null || b._text is null ? a._number.CompareTo(b._number) : CompareText(a._text, b._text);
        return ascending ? order : -order;
    }

    /// <summary>By code point, as both databases compare UTF-8: UTF-16 units would put surrogates before U+E000.</summary>
    public static int CompareText(string a, string b)
    {
        var length = Math.Min(a.Length, b.Length);
        for (var i = 0; i < length; i++)
        {
            if (a[i] == b[i]) continue;
            return char.IsSurrogate(a[i]) == char.IsSurrogate(b[i]) ? a[i].CompareTo(b[i]) : char.IsSurrogate(a[i]) ? 1 : -1;
        }

        return a.Length.CompareTo(b.Length);
    }

    /// <summary>For a page token: the rank, and the value as it can be read back exactly.</summary>
    public string Encode() => _rank switch
    {
        Rank.Missing => "m",
        Rank.Nan => "n",
        _ => _text is null ? "d" + _number.ToString("R", CultureInfo.InvariantCulture) : "t" + _text,
    };

    public static SortValue? Decode(string? text) => text switch
    {
        "m" => Missing,
        "n" => Nan,
        ['t', .. var value] => Of(value),
        ['d', .. var value] when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => Of(number),
        _ => null,
    };
}
