using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking;

namespace Weighhouse.Tests.Server.Tracking.Metrics;

public sealed class LogBatchTests
{
    private static readonly MetricPoint Point = new(0.5, MetricsHouse.StartMs, 1);

    [Theory, OnEveryEngine]
    public async Task A_batch_is_all_or_nothing(DatabaseEngine engine)
    {
        await using var house = await MetricsHouse.StartAsync(engine);
        var run = await house.AddRunAsync();
        Assert.Null((await house.TryLogAsync(run, new RunBatch([], [new Param("lr", "0.1")], []))).Error);

        var refused = await house.TryLogAsync(
            run,
            new RunBatch([new MetricSample("loss", Point)], [new Param("depth", "3"), new Param("lr", "0.2")], [new Tag("team", "a")]));

        Assert.Equal(ErrorCode.InvalidArgument, refused.Error?.Code);
        Assert.Equal(
            "Changing param values is not allowed. Params were already "
            + $"logged='[{{'key': 'lr', 'old_value': '0.1', 'new_value': '0.2'}}]' for run ID='{run}'.",
            refused.Error?.Message);
        Assert.Empty(await house.HistoryAsync(run, "loss"));
        Assert.Equal(1, await house.QueryAsync("SELECT COUNT(*) FROM tracking_params", row => row.Long(0)));
        Assert.Equal(0, await house.QueryAsync("SELECT COUNT(*) FROM tracking_tags", row => row.Long(0)));
    }

    [Theory, OnEveryEngine]
    public async Task The_same_params_again_are_fine(DatabaseEngine engine)
    {
        await using var house = await MetricsHouse.StartAsync(engine);
        var run = await house.AddRunAsync();
        var batch = new RunBatch([new MetricSample("loss", Point)], [new Param("lr", "0.1")], [new Tag("team", "a")]);

        for (var i = 0; i < 3; i++) Assert.Null((await house.TryLogAsync(run, batch)).Error);

        Assert.Equal([Point], await house.HistoryAsync(run, "loss"));
    }

    [Theory, OnEveryEngine]
    public async Task Limits_are_MLflows_with_its_words(DatabaseEngine engine)
    {
        await using var house = await MetricsHouse.StartAsync(engine);
        var run = await house.AddRunAsync();
        var metrics = Enumerable.Range(0, 1_001).Select(i => new MetricSample("m", Point with { Step = i })).ToList();
        var parameters = Enumerable.Range(0, 101).Select(i => new Param($"p{i}", "")).ToList();

        Assert.Equal(
            "A batch logging request can contain at most 1000 metrics. Got 1001 metrics. "
            + "Please split up metrics across multiple requests and try again.",
            (await house.TryLogAsync(run, new RunBatch(metrics, [], []))).Error?.Message);
        Assert.Equal(
            "A batch logging request can contain at most 100 params. Got 101 params. "
            + "Please split up params across multiple requests and try again.",
            (await house.TryLogAsync(run, new RunBatch([], parameters, []))).Error?.Message);
        Assert.Equal(
            "A batch logging request can contain at most 1000 metrics, params, and tags. Got 1001 metrics, params, and tags. "
            + "Please split up metrics, params, and tags across multiple requests and try again.",
            (await house.TryLogAsync(run, new RunBatch(metrics[..1_000], parameters[..1], []))).Error?.Message);
        Assert.Null((await house.TryLogAsync(run, new RunBatch(metrics[..900], parameters[..100], []))).Error);
    }

    [Theory, OnEveryEngine]
    public async Task Bad_metrics_are_named_by_their_place(DatabaseEngine engine)
    {
        await using var house = await MetricsHouse.StartAsync(engine);
        var run = await house.AddRunAsync();

        Assert.Equal("metrics[1].timestamp", await FieldAsync(Named("m"), new MetricSample("m", Point with { TimestampMs = -1 })));
        Assert.Equal("metrics[0].name", await FieldAsync(Named(new string('k', 251))));
        Assert.Equal("metrics[2].name", await FieldAsync(Named("m"), Named("n"), Named("")));
        Assert.Equal("metrics[0].name", await FieldAsync(Named("nul\0")));
        Assert.Equal("metrics[0].name", await FieldAsync(Named("../up")));
        Assert.Null(await FieldAsync(Named(new string('k', 250)), Named("any/ char's (%) 温度 🌡")));

        static MetricSample Named(string key) => new(key, Point);

        async Task<string?> FieldAsync(params MetricSample[] samples) => (await house.TryLogAsync(run, samples)).Error?.Field;
    }

    [Theory, OnEveryEngine]
    public async Task Runs_that_are_absent_deleted_or_not_ones_own_refuse(DatabaseEngine engine)
    {
        await using var house = await MetricsHouse.StartAsync(engine);
        var run = await house.AddRunAsync();
        var batch = new RunBatch([new MetricSample("a key nobody has used", Point)], [], []);
        var viewer = new Principal(PrincipalKind.User, "ann", [new Grant(Role.Viewer, Scope.Server)]);

        Assert.Equal(ErrorCode.NotFound, (await house.TryLogAsync(new RunId("absent"), batch)).Error?.Code);
        Assert.Equal(ErrorCode.PermissionDenied, (await house.TryLogAsync(run, batch, viewer)).Error?.Code);
        Assert.Equal(ErrorCode.Unauthenticated, (await house.TryLogAsync(run, batch, Principal.Anonymous)).Error?.Code);
        await house.ExecuteAsync("UPDATE tracking_runs SET lifecycle = 1");
        var deleted = (await house.TryLogAsync(run, batch)).Error;
        Assert.Equal($"The run {run} must be in the 'active' state. Current state is deleted.", deleted?.Message);
        // Those who may not write here leave no names behind either.
        Assert.Equal(0, await house.QueryAsync("SELECT COUNT(*) FROM tracking_keys", row => row.Long(0)));
    }

    [Theory, OnEveryEngine]
    public async Task A_metric_of_a_logged_model_keeps_its_latest_value_by_dataset(DatabaseEngine engine)
    {
        await using var house = await MetricsHouse.StartAsync(engine);
        var run = await house.AddRunAsync();
        await house.ExecuteAsync(
            """
            INSERT INTO tracking_models (
                model_id, experiment_no, name, artifact_uri, status, model_type, created_ms, updated_ms, lifecycle)
            VALUES ('m-1', 0, 'm', '', 2, '', 0, 0, 0)
            """);
        var model = new LoggedModelId("m-1");

        var absent = await house.TryLogAsync(run, new MetricSample("auc", Point, new LoggedModelId("m-2")));
        Assert.Equal(ErrorCode.NotFound, absent.Error?.Code);
        Assert.Null((await house.TryLogAsync(
            run,
            new MetricSample("auc", new MetricPoint(0.7, 10, 2), model, "train", "d1"),
            new MetricSample("auc", new MetricPoint(0.9, 10, 1), model, "train", "d1"),
            new MetricSample("auc", new MetricPoint(double.NaN, 10, 1), model))).Error);
        Assert.Null((await house.TryLogAsync(run, new MetricSample("auc", new MetricPoint(0.1, 9, 2), model, "train", "d1"))).Error);

        const string Value = "SELECT value FROM tracking_model_metrics WHERE dataset_name = ";
        Assert.Equal(0.7, await house.QueryAsync(Value + "'train'", row => row.Double(0)));
        Assert.True(await house.QueryAsync(Value + "''", row => row.IsNull(0)));
        Assert.Equal(4, (await house.HistoryAsync(run, "auc")).Length);
    }

    [Theory, OnEveryEngine]
    public async Task Clients_logging_one_series_at_once_lose_nothing(DatabaseEngine engine)
    {
        var options = new TrackingOptions { CompactionPoints = 100, CompactionSegments = 4, CompactionBlockPoints = 500 };
        await using var house = await MetricsHouse.StartAsync(engine, options);
        var run = await house.AddRunAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(client => Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                var first = (client * 400) + (i * 20);
                await house.LogAsync(run, "loss", [.. Enumerable.Range(first, 20).Select(step => new MetricPoint(step, step, step))]);
                if (client == 0) await house.CompactAsync();
            }
        })));
        await house.CompactAsync();

        var history = await house.HistoryAsync(run, "loss");
        Assert.Equal(Enumerable.Range(0, 3_200), history.Select(point => (int)point.Value));
        Assert.Equal(3_200, await house.QueryAsync("SELECT point_count FROM tracking_metrics", row => row.Long(0)));
    }
}
