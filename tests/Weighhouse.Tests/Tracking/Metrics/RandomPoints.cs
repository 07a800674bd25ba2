using Weighhouse.Tracking;

namespace Weighhouse.Tests.Tracking.Metrics;

/// <summary>Series of every shape people log, and of shapes nobody should: decided by the seed alone.</summary>
internal static class RandomPoints
{
    public static MetricPoint[] Series(Random random, int countMax)
    {
        var points = new MetricPoint[random.Next(1, countMax + 1)];
        var step = Shape(random, [0, 0, -5_000, 1_000_000, long.MinValue, long.MaxValue - countMax]);
        var time = Shape(random, [1_700_000_000_000, 0, -10, long.MaxValue - 10]);
        var (stepKind, timeKind, valueKind) = (random.Next(6), random.Next(5), random.Next(5));
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = new MetricPoint(Value(random, valueKind, i), time, step);
            step = stepKind switch
            {
                0 => step + 1,
                1 => step,
                2 => step + random.Next(0, 4),
                3 => random.NextInt64(),
                4 => random.Next(-1_000, 1_000),
                _ => step + random.Next(-3, 10),
            };
            time = timeKind switch
            {
                0 => time + 10,
                1 => time,
                2 => time + random.Next(0, 1_000),
                3 => random.NextInt64(long.MinValue, long.MaxValue),
                _ => time + random.Next(-2, 50),
            };
            // Clients send the same point again after a lost answer.
            if (i > 0 && random.Next(20) == 0) points[i] = points[random.Next(i)];
        }

        return points;
    }

    public static double Value(Random random, int kind, int place) => random.Next(40) switch
    {
        0 => double.NaN,
        1 => double.PositiveInfinity,
        2 => double.NegativeInfinity,
        3 => -0.0,
        4 => 0.0,
        5 => double.Epsilon,
        _ => kind switch
        {
            0 => random.NextDouble(),
            1 => random.Next(-5, 5),
            2 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)) is var any && double.IsNaN(any) ? 1 : any,
            3 => (float)Math.Sin(place / 10.0),
            _ => double.NaN,
        },
    };

    /// <summary>Equal to the last bit, which double's own equality is not for NaN and -0.0.</summary>
    public static bool Same(ReadOnlySpan<MetricPoint> a, ReadOnlySpan<MetricPoint> b)
    {
        if (a.Length != b.Length) return false;
        for (var i = 0; i < a.Length; i++)
            if (a[i].Step != b[i].Step || a[i].TimestampMs != b[i].TimestampMs
                || BitConverter.DoubleToInt64Bits(a[i].Value) != BitConverter.DoubleToInt64Bits(b[i].Value)) return false;
        return true;
    }

    private static long Shape(Random random, long[] starts) => starts[random.Next(starts.Length)];
}
