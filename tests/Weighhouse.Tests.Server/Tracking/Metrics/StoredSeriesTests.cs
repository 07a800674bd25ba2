using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tests.Tracking.Metrics;
using Weighhouse.Tracking;

namespace Weighhouse.Tests.Server.Tracking.Metrics;

/// <summary>Whatever was logged, in whatever order, compacted or not: what is read is what was logged. Seeds are in the names.</summary>
public sealed class StoredSeriesTests
{
    private const int SeriesPerSeed = 6;

    [Theory]
    [OnEveryEngine(1), OnEveryEngine(2), OnEveryEngine(3), OnEveryEngine(4), OnEveryEngine(5), OnEveryEngine(6)]
    public async Task History_summary_and_envelopes_agree_with_what_was_logged(DatabaseEngine engine, int seed)
    {
        var random = new Random(seed);
        await using var house = await MetricsHouse.StartAsync(engine, SmallBlocks(random));
        for (var i = 0; i < SeriesPerSeed; i++)
        {
            var run = await house.AddRunAsync();
            var points = RandomPoints.Series(random, 3_000)
                .Select(point => point with { TimestampMs = Math.Abs(point.TimestampMs % long.MaxValue) }).ToArray();
            if (random.Next(3) == 0) random.Shuffle(points);
            var logged = 0;
            while (logged < points.Length)
            {
                var part = points.AsSpan(logged, Math.Min(random.Next(1, 1_200), points.Length - logged)).ToArray();
                await house.LogAsync(run, "loss", part);
                logged += part.Length;
                if (random.Next(3) == 0) await house.CompactAsync();
                await CompareAsync(house, random, run, points[..logged], $"seed {seed}, series {i}, {logged} points");
            }

            await house.CompactAsync();
            await CompareAsync(house, random, run, points, $"seed {seed}, series {i}, compacted");
        }
    }

    /// <summary>Blocks of a size that makes many of them out of few points, so that every cut and every level is met.</summary>
    private static TrackingOptions SmallBlocks(Random random)
    {
        int[] sizes = [5, 40, 700];
        return new TrackingOptions
        {
            CompactionBlockPoints = sizes[random.Next(sizes.Length)],
            CompactionPoints = random.Next(1, 400),
            CompactionSegments = random.Next(1, 10),
        };
    }

    private static async Task CompareAsync(MetricsHouse house, Random random, RunId run, MetricPoint[] logged, string where)
    {
        var expected = logged.Select(point => double.IsNaN(point.Value) ? point with { Value = double.NaN } : point)
            .DistinctBy(point => (point.Step, point.TimestampMs, BitConverter.DoubleToInt64Bits(point.Value)))
            .OrderBy(point => point.TimestampMs).ThenBy(point => point.Step).ThenBy(point => point.Value)
            .ThenBy(point => double.IsNegative(point.Value) ? 0 : 1)
            .ToArray();
        var history = await house.HistoryAsync(run, "loss", random.Next(1, 2_000));
        Assert.True(RandomPoints.Same(expected, history), $"{where}: history of {history.Length}, not {expected.Length} points");
        await CompareSummaryAsync(house, run, logged, where);
        for (var i = 0; i < 4; i++) await CompareEnvelopeAsync(house, random, run, expected, logged.Length, where);
    }

    private static async Task CompareSummaryAsync(MetricsHouse house, RunId run, MetricPoint[] logged, string where)
    {
        var numbers = logged.Where(point => !double.IsNaN(point.Value)).ToList();
        var latest = logged.OrderBy(point => point.Step).ThenBy(point => point.TimestampMs).ThenBy(point => point.Value).Last();
        var none = new MetricPoint(double.NaN, 0, 0);
        var min = numbers.OrderBy(point => point.Value).ThenBy(point => point.Step).ThenBy(point => point.TimestampMs).FirstOrDefault(none);
        var max = numbers.OrderBy(point => -point.Value)
            .ThenBy(point => point.Step).ThenBy(point => point.TimestampMs).FirstOrDefault(none);
        var stored = await house.QueryAsync(
            $"""
            SELECT latest, latest_ms, latest_step, min, min_ms, min_step, max, max_ms, max_step, point_count
            FROM tracking_metrics m JOIN tracking_runs r ON r.run_no = m.run_no WHERE r.run_id = '{run}'
            """,
            row => (Latest: Point(row, 0), Min: Point(row, 3), Max: Point(row, 6), Count: row.Long(9)));
        Assert.True(latest == stored.Latest, $"{where}: latest {stored.Latest}, not {latest}");
        Assert.True(min == stored.Min, $"{where}: min {stored.Min}, not {min}");
        Assert.True(max == stored.Max, $"{where}: max {stored.Max}, not {max}");
        Assert.InRange(stored.Count, logged.Distinct().Count(), logged.Length);
    }

    private static MetricPoint Point(DbRow row, int column) =>
        new(row.DoubleOrNull(column) ?? double.NaN, row.Long(column + 1), row.Long(column + 2));

    private static async Task CompareEnvelopeAsync(
        MetricsHouse house, Random random, RunId run, MetricPoint[] points, int loggedCount, string where)
    {
        var axis = (EnvelopeAxis)random.Next(3);
        var xs = points.Select(point => X(axis, point)).ToArray();
        long? from = random.Next(2) == 0 ? null : Near(random, xs);
        long? to = random.Next(2) == 0 ? null : Near(random, xs);
        if (from > to) (from, to) = (to, from);
        var buckets = random.Next(3) == 0 ? random.Next(1, 8) : random.Next(1, 1_500);
        where = $"{where}, {axis} from {from} to {to} in {buckets} buckets";
        var query = new EnvelopeQuery([new SeriesId(run, "loss"), new SeriesId(run, "other")], axis, from, to, buckets);
        var frame = await house.EnvelopeAsync(query);

        var inRange = points.Where(point => (from is null || X(axis, point) >= from) && (to is null || X(axis, point) <= to)).ToList();
        Assert.True(frame.BucketCount <= Math.Max(buckets, 4), $"{where}: {frame.BucketCount} buckets");
        Assert.True(long.IsPow2(frame.Width) && frame.Origin % frame.Width == 0 && frame.ByteCount <= 98_304, where);
        Assert.Equal((0L, 0), (frame.Series[1].PointCount, frame.Series[1].Buckets.Count));
        CompareSeries(frame, frame.Series[0], axis, inRange, loggedCount, where);
    }

    private static void CompareSeries(
        Frame frame, FrameSeries series, EnvelopeAxis axis, List<MetricPoint> inRange, int loggedCount, string where)
    {
        var numbers = inRange.Where(point => !double.IsNaN(point.Value)).ToList();
        var countFits = series.PointCount >= inRange.Count && series.PointCount <= loggedCount;
        Assert.True(countFits, $"{where}: {series.PointCount} points, not {inRange.Count}");
        Assert.True(series.Min.Equals(numbers.Count == 0 ? double.NaN : numbers.Min(point => point.Value)), $"{where}: min {series.Min}");
        Assert.True(series.Max.Equals(numbers.Count == 0 ? double.NaN : numbers.Max(point => point.Value)), $"{where}: max {series.Max}");
        Assert.Equal(inRange.Any(point => double.IsNaN(point.Value)), (series.Flags & 1) != 0);
        Assert.Equal(numbers.Exists(point => double.IsInfinity(point.Value)), (series.Flags & 2) != 0);
        if (inRange.Count > 0)
        {
            var last = axis is EnvelopeAxis.Step
                ? inRange.OrderBy(point => point.Step).ThenBy(point => point.TimestampMs).ThenBy(point => point.Value).Last()
                : inRange.OrderBy(point => point.TimestampMs).ThenBy(point => point.Step).ThenBy(point => point.Value).Last();
            var isLast = series.LastX == X(axis, last) && series.Last.Equals(last.Value);
            Assert.True(isLast, $"{where}: last {series.LastX} {series.Last}, not {last}");
        }

        var expected = numbers.GroupBy(point => (int)(((Int128)X(axis, point) - frame.Origin) / frame.Width)).ToDictionary(
            group => group.Key, group => (Min: group.Min(point => point.Value), Max: group.Max(point => point.Value)));
        Assert.True(
            expected.Count == series.Buckets.Count && expected.All(bucket =>
                series.Buckets.TryGetValue(bucket.Key, out var found)
                && found.Min.Equals(bucket.Value.Min) && found.Max.Equals(bucket.Value.Max)),
            $"{where}: buckets differ");
        foreach (var bucket in series.Buckets.Values)
            Assert.False(bucket.Mean < (float)bucket.Min - (1e-3 * Math.Abs(bucket.Min)), $"{where}: {bucket}");
    }

    private static long X(EnvelopeAxis axis, MetricPoint point) => axis switch
    {
        EnvelopeAxis.Step => point.Step,
        EnvelopeAxis.WallTimeMs => point.TimestampMs,
        _ => point.TimestampMs - MetricsHouse.StartMs,
    };

    private static long Near(Random random, long[] xs) =>
        random.Next(10) == 0 ? random.NextInt64() : xs[random.Next(xs.Length)] + random.Next(-3, 4);
}
