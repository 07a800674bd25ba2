using Weighhouse.Data;

namespace Weighhouse.Tests.Server.Tracking.Search;

/// <summary>Puts runs into the tables as the module would, but many at once and with any values.</summary>
internal sealed class RunInserter(DbSession session)
{
    private static readonly SqlText AddKey = SqlText.Both(
        "TestAddKey", "INSERT INTO tracking_keys (key) VALUES (@key) ON CONFLICT (key) DO UPDATE SET key = excluded.key RETURNING key_no");

    private static readonly SqlText AddRun = SqlText.Both(
        "TestAddRun",
        """
        INSERT INTO tracking_runs (run_no, run_id, experiment_no, name, user_name, status, start_ms, end_ms, artifact_uri, lifecycle)
        VALUES (@run_no, @run_id, @experiment_no, @name, @user_name, @status, @start_ms, @end_ms, @artifact_uri, @lifecycle)
        """);

    private static readonly SqlText AddMetric = SqlText.Both(
        "TestAddMetric",
        """
        INSERT INTO tracking_metrics (
            run_no, key_no, experiment_no, start_ms, latest, latest_step, latest_ms, min, min_step, min_ms, max, max_step,
            max_ms, point_count)
        VALUES (@run_no, @key_no, @experiment_no, @start_ms, @latest, 1, 1, @min, 1, 1, @max, 1, 1, 2)
        """);

    private static readonly SqlText AddParam = AddText("tracking_params");
    private static readonly SqlText AddTag = AddText("tracking_tags");

    private static readonly SqlText AddDataset = SqlText.Both(
        "TestAddDataset",
        """
        INSERT INTO tracking_datasets (experiment_no, name, digest, source_type, source)
        VALUES (@experiment_no, @name, @digest, 'local', 'here')
        ON CONFLICT (experiment_no, name, digest) DO UPDATE SET name = excluded.name RETURNING dataset_no
        """);

    private static readonly SqlText AddInput = SqlText.Both(
        "TestAddInput", "INSERT INTO tracking_run_datasets (run_no, dataset_no) VALUES (@run_no, @dataset_no)");

    private static readonly SqlText AddContext = SqlText.Both(
        "TestAddContext",
        "INSERT INTO tracking_run_dataset_tags (run_no, dataset_no, key, value) VALUES (@run_no, @dataset_no, 'mlflow.data.context', "
        + "@value)");

    private readonly Dictionary<string, long> _keys = [];

    public async ValueTask InsertAsync(IReadOnlyList<ModelRun> runs)
    {
        foreach (var key in runs.SelectMany(run => run.Metrics.Keys.Concat(run.Params.Keys).Concat(run.Tags.Keys)).Distinct())
            _keys[key] = (await session.Prepare(AddKey).Bind("key", key).LongAsync())!.Value;
        await session.ExecuteManyAsync(AddRun, runs, static (statement, run) => statement
            .Bind("run_no", run.RunNo).Bind("run_id", run.Id).Bind("experiment_no", run.Experiment).Bind("name", run.Name)
            .Bind("user_name", run.User).Bind("status", (long)run.Status).Bind("start_ms", run.StartMs).Bind("end_ms", run.EndMs)
            .Bind("artifact_uri", run.ArtifactUri).Bind("lifecycle", (long)run.Lifecycle));
        await session.ExecuteManyAsync(
            AddMetric, [.. runs.SelectMany(run => run.Metrics.Select(metric => (run, metric.Key, metric.Value)))],
            (statement, row) => Keyed(statement, row.run, row.Key).Bind("start_ms", row.run.StartMs)
                .Bind("latest", OrNull(row.Value.Latest)).Bind("min", OrNull(row.Value.Min)).Bind("max", OrNull(row.Value.Max)));
        await session.ExecuteManyAsync(AddParam, [.. runs.SelectMany(run => run.Params.Select(pair => (run, pair)))],
            (statement, row) => Keyed(statement, row.run, row.pair.Key).Bind("value", row.pair.Value));
        await session.ExecuteManyAsync(AddTag, [.. runs.SelectMany(run => run.Tags.Select(pair => (run, pair)))],
            (statement, row) => Keyed(statement, row.run, row.pair.Key).Bind("value", row.pair.Value));
        foreach (var run in runs) await InsertDatasetsAsync(run);
    }

    private async ValueTask InsertDatasetsAsync(ModelRun run)
    {
        foreach (var (name, digest, context) in run.Datasets)
        {
            var datasetNo = (await session.Prepare(AddDataset)
                .Bind("experiment_no", run.Experiment).Bind("name", name).Bind("digest", digest).LongAsync())!.Value;
            await session.Prepare(AddInput).Bind("run_no", run.RunNo).Bind("dataset_no", datasetNo).ExecuteAsync();
            if (context is not null)
                await session.Prepare(AddContext).Bind("run_no", run.RunNo)
                    .Bind("dataset_no", datasetNo).Bind("value", context).ExecuteAsync();
        }
    }

    private static SqlText AddText(string table) => SqlText.Both(
        "TestAddText",
        $"""
        INSERT INTO {table} (run_no, key_no, experiment_no, value, head)
        VALUES (@run_no, @key_no, @experiment_no, @value, substr(@value, 1, 200))
        """);

    private DbStatement Keyed(DbStatement statement, ModelRun run, string key) =>
        statement.Bind("run_no", run.RunNo).Bind("key_no", _keys[key]).Bind("experiment_no", run.Experiment);

    private static double? OrNull(double value) => double.IsNaN(value) ? null : value;
}
