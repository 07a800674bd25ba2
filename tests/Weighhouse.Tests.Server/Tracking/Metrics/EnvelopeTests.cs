using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking;

namespace Weighhouse.Tests.Server.Tracking.Metrics;

public sealed class EnvelopeTests
{
    [Theory, OnEveryEngine]
    public async Task Many_series_share_one_axis_and_the_byte_limit(DatabaseEngine engine)
    {
        await using var house = await MetricsHouse.StartAsync(engine);
        var runs = new List<RunId>();
        for (var i = 0; i < 20; i++)
        {
            runs.Add(await house.AddRunAsync());
            var points = Enumerable.Range(0, 3_000).Select(step => new MetricPoint(Math.Sin(step + i) / 3, step, step));
            await house.LogAsync(runs[i], "loss", [.. points]);
        }

        await house.CompactAsync();
        var series = runs.Select(run => new SeriesId(run, "loss")).ToArray();
        var frame = await house.EnvelopeAsync(new EnvelopeQuery(series, EnvelopeAxis.Step, null, null, 4_000));

        Assert.InRange(frame.ByteCount, 40_000, 98_304);
        Assert.Equal(16, frame.Width);
        Assert.All(frame.Series, one => Assert.Equal((3_000L, 8, 188), (one.PointCount, one.Encoding, one.Buckets.Count)));
    }

    [Theory, OnEveryEngine]
    public async Task Values_that_are_floats_travel_as_floats(DatabaseEngine engine)
    {
        await using var house = await MetricsHouse.StartAsync(engine);
        var run = await house.AddRunAsync();
        MetricPoint[] exact = [new(0.25, 0, 0), new((float)0.1, 0, 1), new(double.PositiveInfinity, 0, 2)];
        await house.LogAsync(run, "exact", exact);
        await house.LogAsync(run, "fine", new MetricPoint(0.1, 0, 0));

        var frame = await house.EnvelopeAsync(
            new EnvelopeQuery([new SeriesId(run, "exact"), new SeriesId(run, "fine")], EnvelopeAxis.Step, null, null, 100));

        Assert.Equal((4, 2, 8, 0), (frame.Series[0].Encoding, frame.Series[0].Flags, frame.Series[1].Encoding, frame.Series[1].Flags));
        Assert.Equal(0.1, frame.Series[1].Buckets[0].Max);
    }

    [Theory, OnEveryEngine]
    public async Task The_whole_range_of_steps_has_four_buckets_at_most(DatabaseEngine engine)
    {
        await using var house = await MetricsHouse.StartAsync(engine);
        var run = await house.AddRunAsync();
        MetricPoint[] wide = [new(1, 0, long.MinValue), new(2, 0, long.MaxValue), new(3, 0, 0)];
        await house.LogAsync(run, "loss", wide);

        var frame = await house.EnvelopeAsync(new EnvelopeQuery([new SeriesId(run, "loss")], EnvelopeAxis.Step, null, null, 1));

        Assert.Equal((long.MinValue, 1L << 62, 4), (frame.Origin, frame.Width, frame.BucketCount));
        Assert.Equal([0, 2, 3], frame.Series[0].Buckets.Keys.Order());
    }

    [Theory, OnEveryEngine]
    public async Task Sparklines_answer_a_frame_a_key(DatabaseEngine engine)
    {
        await using var house = await MetricsHouse.StartAsync(engine);
        var runs = new[] { await house.AddRunAsync(), await house.AddRunAsync() };
        await house.LogAsync(runs[0], "loss", [.. Enumerable.Range(0, 100).Select(step => new MetricPoint(step, step, step))]);
        await house.LogAsync(runs[1], "auc", new MetricPoint(1, 1, 1));

        var sparklines = await house.Metrics.SparklinesAsync(Principal.Local, runs, ["loss", "auc", "none"], 24, MetricsHouse.Cancellation);

        var frames = sparklines.Value.Select(frame => Frame.Read(frame.ToArray())).ToList();
        Assert.Equal([13, 1, 0], frames.Select(frame => frame.BucketCount));
        Assert.Equal([100, 0], frames[0].Series.Select(series => series.PointCount));
        Assert.Equal([0, 1], frames[1].Series.Select(series => series.PointCount));
    }

    [Theory, OnEveryEngine]
    public async Task Bad_questions_are_refused(DatabaseEngine engine)
    {
        await using var house = await MetricsHouse.StartAsync(engine);
        var run = await house.AddRunAsync();
        var series = new[] { new SeriesId(run, "loss") };

        Assert.Equal("series", await FieldAsync(new EnvelopeQuery([], EnvelopeAxis.Step, null, null, 10)));
        var many = Enumerable.Repeat(series[0], 201).ToArray();
        Assert.Equal("series", await FieldAsync(new EnvelopeQuery(many, EnvelopeAxis.Step, null, null, 10)));
        Assert.Equal("buckets", await FieldAsync(new EnvelopeQuery(series, EnvelopeAxis.Step, null, null, 0)));
        Assert.Equal("buckets", await FieldAsync(new EnvelopeQuery(series, EnvelopeAxis.Step, null, null, 4_097)));
        Assert.Equal("from", await FieldAsync(new EnvelopeQuery(series, EnvelopeAxis.Step, 2, 1, 10)));
        Assert.Equal("axis", await FieldAsync(new EnvelopeQuery(series, (EnvelopeAxis)9, null, null, 10)));
        var absent = new EnvelopeQuery([new SeriesId(new RunId("absent"), "loss")], EnvelopeAxis.Step, null, null, 10);
        var answer = await house.Metrics.EnvelopeAsync(Principal.Local, absent, MetricsHouse.Cancellation);
        Assert.Equal(ErrorCode.NotFound, answer.Error?.Code);

        async Task<string?> FieldAsync(EnvelopeQuery query) =>
            (await house.Metrics.EnvelopeAsync(Principal.Local, query, MetricsHouse.Cancellation)).Error?.Field;
    }
}
