using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking;

namespace Weighhouse.Tests.Server.Tracking.Metrics;

public sealed class SampleTests
{
    [Theory, OnEveryEngine]
    public async Task Few_points_all_come(DatabaseEngine engine)
    {
        await using var house = await MetricsHouse.StartAsync(engine);
        var (a, b) = (await house.AddRunAsync(), await house.AddRunAsync());
        await house.LogAsync(a, "loss", [.. Enumerable.Range(0, 50).Select(i => new MetricPoint(i, 5, i))]);
        await house.LogAsync(b, "loss", new MetricPoint(double.NaN, 7, 1_000));

        var sample = await SampleAsync(house, [a, b], 320);

        Assert.Equal(Enumerable.Range(0, 50), sample[0].Points.Select(point => (int)point.Step));
        Assert.Equal(new MetricPoint(double.NaN, 7, 1_000), Assert.Single(sample[1].Points));
        Assert.Empty((await SampleAsync(house, [a], 320, "absent"))[0].Points);
    }

    [Theory, OnEveryEngine]
    public async Task Many_points_keep_the_ends_and_every_extreme(DatabaseEngine engine)
    {
        var options = new TrackingOptions { CompactionBlockPoints = 700, CompactionPoints = 500 };
        await using var house = await MetricsHouse.StartAsync(engine, options);
        var runs = new[] { await house.AddRunAsync(), await house.AddRunAsync() };
        for (var run = 0; run < 2; run++)
        {
            var points = Enumerable.Range(0, 5_000).Select(i => new MetricPoint(Math.Sin(i + run), i, (2 * i) + run)).ToArray();
            points[1_234 + run] = points[1_234 + run] with { Value = 100 };
            points[3_456 + run] = points[3_456 + run] with { Value = -100 };
            await house.LogAsync(runs[run], "loss", points);
            if (run == 0) await house.CompactAsync();
        }

        var sample = await SampleAsync(house, runs, 320);

        Assert.All(sample, series =>
        {
            Assert.InRange(series.Points.Count, 100, 400);
            Assert.Contains(series.Points, point => point.Value == 100);
            Assert.Contains(series.Points, point => point.Value == -100);
            Assert.Equal(series.Points.OrderBy(point => point.Step), series.Points);
        });
        Assert.Equal((0L, 9_998L), (sample[0].Points[0].Step, sample[0].Points[^1].Step));
        Assert.Equal((1L, 9_999L), (sample[1].Points[0].Step, sample[1].Points[^1].Step));
    }

    [Theory, OnEveryEngine]
    public async Task The_steps_shown_are_those_MLflow_chooses(DatabaseEngine engine)
    {
        var seed = TestSeed.Next();
        var random = new Random(seed);
        await using var house = await MetricsHouse.StartAsync(
            engine, new TrackingOptions { CompactionBlockPoints = 100, CompactionPoints = 100 });
        for (var turn = 0; turn < 10; turn++)
        {
            var runs = new RunId[random.Next(1, 4)];
            var steps = new long[runs.Length][];
            for (var run = 0; run < runs.Length; run++)
            {
                runs[run] = await house.AddRunAsync();
                steps[run] = [.. Enumerable.Range(0, 400).Where(_ => random.Next(3) > 0).Select(step => (long)step * (run + 1))];
                await house.LogAsync(runs[run], "flat", [.. steps[run].Select(step => new MetricPoint(1, 1, step))]);
            }

            if (turn % 2 == 0) await house.CompactAsync();
            var pointsMax = random.Next(1, 200);

            var sample = await SampleAsync(house, runs, pointsMax, "flat");

            var chosen = MlflowSteps(steps, pointsMax);
            for (var run = 0; run < runs.Length; run++)
            {
                var shown = sample[run].Points.Select(point => point.Step).ToArray();
                var expected = steps[run].Where(chosen.Contains).ToArray();
                // Where all of the common steps fall between those of one run, that run shows more; a run alone never.
                var holds = runs.Length == 1 ? expected.SequenceEqual(shown) : !expected.Except(shown).Any();
                Assert.True(holds, $"seed {seed}, turn {turn}, run {run}: {string.Join(' ', shown)}");
            }
        }
    }

    [Theory, OnEveryEngine]
    public async Task More_steps_than_are_counted_are_still_chosen_evenly_and_lose_no_extreme(DatabaseEngine engine)
    {
        var options = new TrackingOptions { CompactionBlockPoints = 700, CompactionPoints = 500, SampleStepsMax = 1_000 };
        await using var house = await MetricsHouse.StartAsync(engine, options);
        var run = await house.AddRunAsync();
        var points = Enumerable.Range(0, 5_000).Select(i => new MetricPoint(0, i, i)).ToArray();
        points[4_321] = points[4_321] with { Value = 7 };
        await house.LogAsync(run, "loss", points);
        await house.CompactAsync();

        var shown = (await SampleAsync(house, [run], 200))[0].Points;

        Assert.InRange(shown.Count, 50, 300);
        Assert.Contains(shown, point => point.Value == 7);
        Assert.Equal((0L, 4_999L), (shown[0].Step, shown[^1].Step));
        Assert.All(shown.Zip(shown.Skip(1)), pair => Assert.InRange(pair.Second.Step - pair.First.Step, 1, 200));
    }

    /// <summary>As mlflow.server.handlers chooses them when no range is asked for.</summary>
    private static HashSet<long> MlflowSteps(long[][] runs, int pointsMax)
    {
        var all = runs.SelectMany(steps => steps).Distinct().Order().ToArray();
        if (all.Length <= pointsMax) return [.. all];
        var interval = (double)all.Length / pointsMax;
        var chosen = Enumerable.Range(0, pointsMax).Select(i => all[(int)(i * interval)]).ToHashSet();
        foreach (var steps in runs) chosen.UnionWith([steps.Min(), steps.Max()]);
        return chosen;
    }

    [Theory, OnEveryEngine]
    public async Task A_range_of_steps_cuts(DatabaseEngine engine)
    {
        var options = new TrackingOptions { CompactionBlockPoints = 100, CompactionPoints = 100 };
        await using var house = await MetricsHouse.StartAsync(engine, options);
        var run = await house.AddRunAsync();
        await house.LogAsync(run, "loss", [.. Enumerable.Range(0, 1_000).Select(i => new MetricPoint(i, i, i))]);
        await house.CompactAsync();

        var sample = await house.Metrics.SampleAsync(Principal.Local, [run], "loss", 250, 269, 320, MetricsHouse.Cancellation);

        Assert.Equal(Enumerable.Range(250, 20), sample.Value[0].Points.Select(point => (int)point.Step));
    }

    private static async Task<IReadOnlyList<(RunId Run, IReadOnlyList<MetricPoint> Points)>> SampleAsync(
        MetricsHouse house, RunId[] runs, int pointsMax, string key = "loss")
    {
        var sample = await house.Metrics.SampleAsync(Principal.Local, runs, key, null, null, pointsMax, MetricsHouse.Cancellation);
        Assert.False(sample.IsFailure, sample.Error?.Message);
        Assert.Equal(runs, sample.Value.Select(series => series.Run));
        return sample.Value;
    }
}
