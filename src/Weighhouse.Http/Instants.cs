using System.Globalization;
using Microsoft.AspNetCore.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Http;

/// <summary>Points in time as people and programs write them.</summary>
public static class Instants
{
    private const long LastMs = 253_402_300_799_999;

    /// <summary>The instant of a query value; null when it is absent.</summary>
    public static Result<long?> Instant(this IQueryCollection query, string name)
    {
        var text = query.Text(name);
        return string.IsNullOrEmpty(text) ? (long?)null : Parse(name, text).Map(static atMs => (long?)atMs);
    }

    /// <summary>A time of ISO 8601, in UTC unless it names a zone, or milliseconds since 1970.</summary>
    /// <param name="name">What the text is called where it was written, for the message of one that is no time.</param>
    public static Result<long> Parse(string name, string text) =>
        Parse(text) is { } atMs
            ? atMs
            : Error.Invalid(
                $"{name} is '{PlainText.Cut(text, 64)}'; send a time such as 2026-05-03, 2026-05-03T14:03 or 2026-05-03T14:03:00+02:00 "
                + "(without a zone it is UTC), or milliseconds since 1970.",
                name);

    private static long? Parse(string text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ms)) return ms <= LastMs ? ms : null;
        // A time has a date before it: "14:03" is not one of today.
        if (text.Length < "2026-05-03".Length || !char.IsAsciiDigit(text[0]) || text[4] is not '-') return null;
        return DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? at.ToUnixTimeMilliseconds()
            : null;
    }
}
