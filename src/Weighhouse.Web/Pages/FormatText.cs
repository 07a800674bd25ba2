using System.Globalization;

namespace Weighhouse.Web.Pages;

/// <summary>Numbers, sizes and times as people compare them. The scripts write them alike (web/src/core/format.ts).</summary>
internal static class FormatText
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>Six significant digits; exponents only where zeros would drown them.</summary>
    public static string Value(double value)
    {
        if (double.IsNaN(value)) return "NaN";
        if (double.IsInfinity(value)) return value > 0 ? "∞" : "−∞";
        var size = Math.Abs(value);
        if (size is not 0 && (size < 1e-4 || size >= 1e9)) return Exponent(value);
        if (value == Math.Floor(value)) return Minus(Grouped(value));
        var rounded = double.Parse(value.ToString("G6", Culture), Culture);
        return Minus(rounded.ToString("0.##########", Culture));
    }

    public static string Bytes(long bytes)
    {
        string[] units = ["B", "KB", "MB", "GB", "TB", "PB"];
        var index = 0;
        var value = (double)bytes;
        while (value >= 1000 && index < units.Length - 1)
        {
            value /= 1000;
            index++;
        }

        return $"{(index is 0 ? value.ToString(Culture) : ThreeDigits(value))} {units[index]}";
    }

    public static string Count(long value)
    {
        var size = Math.Abs((double)value);
        if (size >= 1e9) return ThreeDigits(value / 1e9) + "G";
        if (size >= 1e6) return ThreeDigits(value / 1e6) + "M";
        return size >= 1e4 ? ThreeDigits(value / 1e3) + "k" : Minus(Grouped(value));
    }

    /// <summary>The two largest parts: "2d 04h", "3m 05s", "820ms".</summary>
    public static string Duration(long milliseconds)
    {
        if (milliseconds < 0) return "−" + Duration(-milliseconds);
        if (milliseconds < 1000) return $"{milliseconds}ms";
        if (milliseconds < 59_950)
            return Math.Round(milliseconds / 1000.0, 1, MidpointRounding.AwayFromZero).ToString("0.#", Culture) + "s";
        var time = TimeSpan.FromSeconds(Math.Round(milliseconds / 1000.0, MidpointRounding.AwayFromZero));
        if (time.TotalHours < 1) return $"{time.Minutes}m {time.Seconds:00}s";
        return time.TotalDays < 1 ? $"{time.Hours}h {time.Minutes:00}m" : $"{(int)time.TotalDays}d {time.Hours:00}h";
    }

    /// <summary>In UTC and saying so: the server does not know the reader's zone.</summary>
    public static string Moment(long timeMs) =>
        timeMs is < -62_135_596_800_000 or > 253_402_300_799_999
            ? timeMs.ToString(Culture)
            : DateTimeOffset.FromUnixTimeMilliseconds(timeMs).ToString("yyyy-MM-dd HH:mm:ss 'UTC'", Culture);

    private static string ThreeDigits(double value) => double.Parse(value.ToString("G3", Culture), Culture).ToString("0.##", Culture);

    /// <summary>The narrow space keeps the digits on one line.</summary>
    private static string Grouped(double value) => value.ToString("#,0", Culture).Replace(',', '\u202f');

    private static string Exponent(double value)
    {
        var text = value.ToString("0.####e0", Culture);
        return value < 0 ? "−" + text[1..] : text;
    }

    /// <summary>A true minus sign is as wide as a digit.</summary>
    private static string Minus(string text) => text.StartsWith('-') ? "−" + text[1..] : text;
}
