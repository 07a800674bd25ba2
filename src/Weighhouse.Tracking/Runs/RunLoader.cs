using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Datasets;
using Weighhouse.Tracking.Keys;

namespace Weighhouse.Tracking.Runs;

/// <summary>Reads whole runs, any number of them with the same few statements.</summary>
internal sealed class RunLoader(KeyDictionary keys)
{
    private static readonly SqlText LoadRuns = TrackingSql.Catalog["LoadRuns"];
    private static readonly SqlText LoadMetrics = TrackingSql.Catalog["LoadMetrics"];
    private static readonly SqlText LoadParams = TrackingSql.Catalog["LoadParams"];
    private static readonly SqlText LoadTags = TrackingSql.Catalog["LoadTags"];
    private static readonly SqlText LoadRunModels = TrackingSql.Catalog["LoadRunModels"];

    /// <summary>The runs in the order of their numbers given; those that are gone are left out.</summary>
    public async ValueTask<IReadOnlyList<Run>> LoadAsync(DbSession session, IReadOnlyList<long> runNos)
    {
        if (runNos.Count == 0) return [];
        var list = NumberList.Write(session.Engine, runNos);
        var drafts = new Dictionary<long, Draft>(runNos.Count);
        await session.Prepare(LoadRuns).Bind("run_nos", list).ForEachAsync(row =>
        {
            drafts.Add(row.Long(0), new Draft(ReadInfo(row)));
            return true;
        });
        await ReadMetricsAsync(session, list, drafts);
        await ReadPairsAsync(session, LoadParams, list, drafts, static (draft, key, value) => draft.Params.Add(new Param(key, value)));
        await ReadPairsAsync(session, LoadTags, list, drafts, static (draft, key, value) => draft.Tags.Add(new Tag(key, value)));
        await ReadModelsAsync(session, list, drafts);
        var inputs = await DatasetTable.LoadInputsAsync(session, list);
        var runs = new List<Run>(runNos.Count);
        foreach (var runNo in runNos)
            if (drafts.TryGetValue(runNo, out var draft)) runs.Add(draft.Finish(inputs.GetValueOrDefault(runNo) ?? []));
        return runs;
    }

    public static async ValueTask<RunInfo?> LoadInfoAsync(DbSession session, long runNo) =>
        await session.Prepare(LoadRuns).Bind("run_nos", NumberList.Write(session.Engine, [runNo])).FirstAsync(ReadInfo);

    private async ValueTask ReadMetricsAsync(DbSession session, string list, Dictionary<long, Draft> drafts)
    {
        var read = new List<(long RunNo, long KeyNo, MetricSummary Summary)>();
        await session.Prepare(LoadMetrics).Bind("run_nos", list).ForEachAsync(row =>
        {
            var summary = new MetricSummary("", ReadPoint(row, 3), ReadPoint(row, 6), ReadPoint(row, 9), row.Long(2));
            read.Add((row.Long(0), row.Long(1), summary));
            return true;
        });
        foreach (var (runNo, keyNo, summary) in read)
            if (drafts.TryGetValue(runNo, out var draft)) draft.Metrics.Add(summary with { Key = await keys.NameAsync(session, keyNo) });
    }

    private async ValueTask ReadPairsAsync(
        DbSession session, SqlText sql, string list, Dictionary<long, Draft> drafts, Action<Draft, string, string> add)
    {
        var read = new List<(long RunNo, long KeyNo, string Value)>();
        await session.Prepare(sql).Bind("run_nos", list).ForEachAsync(row =>
        {
            read.Add((row.Long(0), row.Long(1), row.Text(2)));
            return true;
        });
        foreach (var (runNo, keyNo, value) in read)
            if (drafts.TryGetValue(runNo, out var draft)) add(draft, await keys.NameAsync(session, keyNo), value);
    }

    private static ValueTask ReadModelsAsync(DbSession session, string list, Dictionary<long, Draft> drafts) =>
        session.Prepare(LoadRunModels).Bind("run_nos", list).ForEachAsync(row =>
        {
            if (!drafts.TryGetValue(row.Long(0), out var draft)) return true;
            var model = new LoggedModelId(row.Text(1));
            if (row.Bool(2)) draft.ModelOutputs.Add(new ModelOutput(model, row.Long(3)));
            else draft.ModelInputs.Add(new ModelInput(model));
            return true;
        });

    private static RunInfo ReadInfo(DbRow row) => new(
        new RunId(row.Text(1)), new ExperimentId(row.Long(2)), row.Text(3), row.Text(4), row.Text(5), (RunStatus)row.Long(6),
        row.Long(7), row.LongOrNull(8), row.Text(9), (LifecycleStage)row.Long(10));

    /// <summary>Value, time and step from three columns; no value is NaN.</summary>
    private static MetricPoint ReadPoint(DbRow row, int column) =>
        new(row.DoubleOrNull(column) ?? double.NaN, row.Long(column + 1), row.Long(column + 2));

    private sealed class Draft(RunInfo info)
    {
        public List<MetricSummary> Metrics { get; } = [];

        public List<Param> Params { get; } = [];

        public List<Tag> Tags { get; } = [];

        public List<ModelInput> ModelInputs { get; } = [];

        public List<ModelOutput> ModelOutputs { get; } = [];

        /// <summary>Everything by key, whatever order the keys were first used in.</summary>
        public Run Finish(IReadOnlyList<DatasetInput> inputs)
        {
            Metrics.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
            Params.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
            Tags.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
            return new Run(info, Metrics, Params, Tags, inputs, ModelInputs, ModelOutputs);
        }
    }
}
