using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Tracking.Metrics;
using Weighhouse.Tracking.Metrics.Compaction;

namespace Weighhouse.Tests.Server.Tracking.Metrics;

public sealed class CompactionTests
{
    private static readonly TrackingOptions Small = new() { CompactionPoints = 100, CompactionSegments = 8, CompactionBlockPoints = 1_000 };

    [Theory, OnEveryEngine]
    public async Task Points_logged_one_by_one_become_one_segment_and_later_blocks(DatabaseEngine engine)
    {
        await using var house = await MetricsHouse.StartAsync(engine, Small);
        var run = await house.AddRunAsync();

        for (var i = 0; i < 10; i++) await house.LogAsync(run, "loss", At(i));
        await house.CompactAsync();
        Assert.Equal((1L, 0L), await house.CountAsync());
        await house.LogAsync(run, "loss", [.. Enumerable.Range(10, 2_490).Select(At)]);
        await house.CompactAsync();
        Assert.Equal((0L, 3L), await house.CountAsync());
    }

    [Theory, OnEveryEngine]
    public async Task Duplicates_are_counted_once_in_the_end(DatabaseEngine engine)
    {
        await using var house = await MetricsHouse.StartAsync(engine, Small);
        var run = await house.AddRunAsync();
        var points = Enumerable.Range(0, 1_500).Select(At).ToArray();

        for (var i = 0; i < 3; i++)
        {
            await house.LogAsync(run, "loss", points);
            await house.CompactAsync();
        }

        Assert.Equal(1_500, await house.QueryAsync("SELECT point_count FROM tracking_metrics", row => row.Long(0)));
        Assert.Equal(points, await house.HistoryAsync(run, "loss"));
    }

    [Theory, OnEveryEngine]
    public async Task Late_points_rewrite_the_blocks_they_fall_into_and_no_other(DatabaseEngine engine)
    {
        await using var house = await MetricsHouse.StartAsync(engine, Small);
        var run = await house.AddRunAsync();
        await house.LogAsync(run, "loss", [.. Enumerable.Range(0, 5_000).Select(i => At(2 * i))]);
        await house.CompactAsync();

        await house.LogAsync(run, "loss", [.. Enumerable.Range(0, 200).Select(i => At(4_001 + (2 * i)))]);
        await house.CompactAsync();

        // The third of five blocks is halved; its neighbours keep their numbers.
        Assert.Equal((0L, 6L), await house.CountAsync());
        Assert.Equal(4, await house.QueryAsync("SELECT COUNT(*) FROM tracking_metric_blocks WHERE block_no <= 5", row => row.Long(0)));
        Assert.Equal(5_200, (await house.HistoryAsync(run, "loss")).Length);
    }

    [Theory, OnEveryEngine]
    public async Task Everything_at_step_zero_is_split_by_time(DatabaseEngine engine)
    {
        await using var house = await MetricsHouse.StartAsync(engine, Small);
        var run = await house.AddRunAsync();
        var points = Enumerable.Range(0, 3_000).Select(i => new MetricPoint(i, MetricsHouse.StartMs + i, 0)).ToArray();

        await house.LogAsync(run, "loss", points);
        await house.CompactAsync();

        Assert.Equal((0L, 3L), await house.CountAsync());
        Assert.Equal(points, await house.HistoryAsync(run, "loss", 700));
        var frame = await house.EnvelopeAsync(new EnvelopeQuery([new SeriesId(run, "loss")], EnvelopeAxis.Step, null, null, 1_200));
        Assert.Equal((1, 0.0, 2_999.0), (frame.BucketCount, frame.Series[0].Min, frame.Series[0].Max));
    }

    [Theory, OnEveryEngine]
    public async Task Two_replicas_compacting_one_series_lose_and_double_nothing(DatabaseEngine engine)
    {
        await using var house = await MetricsHouse.StartAsync(engine, Small);
        var run = await house.AddRunAsync();
        var series = new SeriesKey(1, 1);
        var compactor = house.Database.Get<SeriesCompactor>();
        for (var round = 0; round < 10; round++)
        {
            var first = round * 300;
            await house.LogAsync(run, "loss", [.. Enumerable.Range(first, 300).Select(At)]);

            var steps = await Task.WhenAll(
                Enumerable.Range(0, 4).Select(_ => Task.Run(() => compactor.StepAsync(series, default).AsTask())));

            Assert.All(steps, step => Assert.True(step.Error is null or { Code: ErrorCode.Conflict }, step.Error?.Message));
            Assert.Contains(steps, step => step.Error is null);
        }

        await house.CompactAsync();
        Assert.Equal(Enumerable.Range(0, 3_000).Select(At), await house.HistoryAsync(run, "loss"));
        Assert.Equal(3_000, await house.QueryAsync("SELECT SUM(point_count) FROM tracking_metric_blocks", row => row.Long(0)));
    }

    [Theory, OnEveryEngine]
    public async Task A_damaged_segment_is_an_error_and_not_a_crash(DatabaseEngine engine)
    {
        await using var house = await MetricsHouse.StartAsync(engine, Small);
        var run = await house.AddRunAsync();
        await house.LogAsync(run, "loss", [.. Enumerable.Range(0, 200).Select(At)]);
        await house.ExecuteAsync(engine is DatabaseEngine.Sqlite
            ? "UPDATE tracking_metric_tail SET points = x'0102'"
            : @"UPDATE tracking_metric_tail SET points = '\x0102'");

        var history = await house.Metrics.HistoryAsync(Principal.Local, run, "loss", new PageRequest(10), MetricsHouse.Cancellation);
        var query = new EnvelopeQuery([new SeriesId(run, "loss")], EnvelopeAxis.Step, null, null, 10);
        var envelope = await house.Metrics.EnvelopeAsync(Principal.Local, query, MetricsHouse.Cancellation);
        await house.CompactAsync();

        Assert.Equal((ErrorCode.Corrupted, ErrorCode.Corrupted), (history.Error?.Code, envelope.Error?.Code));
        Assert.Equal((1L, 0L), await house.CountAsync());
    }

    private static MetricPoint At(int step) => new(Math.Sin(step), MetricsHouse.StartMs + step, step);
}
