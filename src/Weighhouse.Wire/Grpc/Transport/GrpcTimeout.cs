namespace Weighhouse.Wire.Grpc.Transport;

/// <summary>The header grpc-timeout: at most eight digits and a unit.</summary>
internal static class GrpcTimeout
{
    private const int DigitsMax = 8;

    /// <summary>What no timer takes is as good as no deadline; eight digits of hours are eleven thousand years.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    public static bool TryParse(string text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > DigitsMax + 1) return false;
        var ticksOfUnit = text[^1] switch
        {
            'H' => TimeSpan.TicksPerHour,
            'M' => TimeSpan.TicksPerMinute,
            'S' => TimeSpan.TicksPerSecond,
            'm' => TimeSpan.TicksPerMillisecond,
            'u' => TimeSpan.TicksPerMicrosecond,
            'n' => 0,
            _ => -1,
        };
        if (ticksOfUnit < 0) return false;
        var number = 0L;
        foreach (var digit in text.AsSpan(0, text.Length - 1))
        {
            if (!char.IsAsciiDigit(digit)) return false;
            number = (number * 10) + (digit - '0');
        }

        var ticks = ticksOfUnit == 0 ? number / TimeSpan.NanosecondsPerTick : number * ticksOfUnit;
        timeout = TimeSpan.FromTicks(Math.Min(ticks, LongestTimer.Ticks));
        return true;
    }
}
