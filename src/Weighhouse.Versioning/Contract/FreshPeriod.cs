using System.Globalization;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

/// <summary>How long data stays fresh, as people write it: 90m, 12h, 1d, 2w.</summary>
public static class FreshPeriod
{
    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("w", TimeSpan.FromDays(7)), ("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1)),
    ];

    /// <summary>Zero for an empty text.</summary>
    public static Result<TimeSpan> Parse(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.Length == 0) return TimeSpan.Zero;
        foreach (var (unit, length) in Units)
        {
            if (!trimmed.EndsWith(unit, StringComparison.OrdinalIgnoreCase)) continue;
            var number = trimmed.AsSpan(0, trimmed.Length - 1).TrimEnd();
            if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count)) break;
            return length * count;
        }

        return Error.Invalid(
            $"'{PlainText.Cut(trimmed, 40)}' is no period: write a whole number and m, h, d or w, such as 12h or 1d.", "fresh_for");
    }

    /// <summary>In the largest unit that fits without a rest, in minutes where none does.</summary>
    public static string TextOf(TimeSpan period)
    {
        foreach (var (unit, length) in Units)
            if (period.Ticks % length.Ticks == 0) return (period.Ticks / length.Ticks).ToString(CultureInfo.InvariantCulture) + unit;
        return Math.Ceiling(period.TotalMinutes).ToString(CultureInfo.InvariantCulture) + "m";
    }
}
