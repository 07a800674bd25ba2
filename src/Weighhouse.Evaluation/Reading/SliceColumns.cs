using System.Globalization;
using Weighhouse.Evaluation.Judging;
using Weighhouse.Stats;

namespace Weighhouse.Evaluation.Reading;

/// <summary>From a column's values to parts of the rows: each word is one, many numbers are five of about as many rows.</summary>
internal static class SliceColumns
{
    /// <summary>More different numbers than this are an amount, and no kind.</summary>
    private const int KindsMax = 20;

    /// <param name="kept">The rows that count; null for all.</param>
    /// <returns>Null when its values are too many different words.</returns>
    public static SliceValues? Of(MixedColumn column, int[]? kept)
    {
        if (column.IsNumeric && (column.HasTooMany || column.Words.Count > KindsMax))
        {
            var parts = SliceColumn.OfNumbers(column.Name, Kept(column.Numbers, kept));
            return new SliceValues(column.Name, parts.Values, parts.ValueNames!);
        }

        if (column.HasTooMany) return null;
        var (places, names) = InOrder(column);
        var codes = Kept(column.Codes, kept);
        for (var row = 0; row < codes.Length; row++) codes[row] = codes[row] < 0 ? codes[row] : places[codes[row]];
        return new SliceValues(column.Name, codes, names);
    }

    /// <summary>The words of a column in order, numbers by size, and where each of them went.</summary>
    public static (int[] Places, string[] Names) InOrder(MixedColumn column)
    {
        var order = Enumerable.Range(0, column.Words.Count).OrderBy(at => column.Words[at], WordOrder.Instance).ToArray();
        var places = new int[order.Length];
        for (var place = 0; place < order.Length; place++) places[order[place]] = place;
        return (places, [.. order.Select(at => column.Words[at])]);
    }

    private static T[] Kept<T>(ReadOnlySpan<T> values, int[]? kept)
    {
        if (kept is null) return values.ToArray();
        var picked = new T[kept.Length];
        for (var row = 0; row < kept.Length; row++) picked[row] = values[kept[row] - 1];
        return picked;
    }
}

/// <summary>Numbers by size, before words by their letters.</summary>
internal sealed class WordOrder : IComparer<string>
{
    public static readonly WordOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        var (left, right) = (Number(x), Number(y));
        if (left is { } one && right is { } other) return one.CompareTo(other);
        if (left is null != right is null) return left is null ? 1 : -1;
        return string.CompareOrdinal(x, y);
    }

    private static double? Number(string? word) =>
        double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
