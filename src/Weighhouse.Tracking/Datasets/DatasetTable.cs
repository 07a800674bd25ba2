using Weighhouse.Data;

namespace Weighhouse.Tracking.Datasets;

/// <summary>Reads and writes the datasets that runs were fed, inside a session.</summary>
internal static class DatasetTable
{
    private static readonly SqlText LoadRunDatasets = TrackingSql.Catalog["LoadRunDatasets"];
    private static readonly SqlText LoadRunDatasetTags = TrackingSql.Catalog["LoadRunDatasetTags"];
    private static readonly SqlText LoadDatasets = TrackingSql.Catalog["LoadDatasets"];
    private static readonly SqlText FindDataset = TrackingSql.Catalog["FindDataset"];
    private static readonly SqlText AddDataset = TrackingSql.Catalog["AddDataset"];
    private static readonly SqlText AddRunDataset = TrackingSql.Catalog["AddRunDataset"];
    private static readonly SqlText AddRunDatasetTag = TrackingSql.Catalog["AddRunDatasetTag"];

    /// <summary>The inputs of each run in the list. A dataset that many runs share is read once: its profile may be large.</summary>
    public static async ValueTask<Dictionary<long, List<DatasetInput>>> LoadInputsAsync(DbSession session, string runNos)
    {
        var inputs = new Dictionary<long, List<DatasetInput>>();
        var links = await session.Prepare(LoadRunDatasets).Bind("run_nos", runNos)
            .ListAsync(static row => (RunNo: row.Long(0), DatasetNo: row.Long(1)));
        if (links.Count == 0) return inputs;

        var datasets = new Dictionary<long, Dataset>();
        await session.Prepare(LoadDatasets)
            .Bind("dataset_nos", NumberList.Write(session.Engine, links.Select(static link => link.DatasetNo).Distinct()))
            .ForEachAsync(row =>
            {
                datasets.Add(
                    row.Long(0), new Dataset(row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.TextOrNull(5), row.TextOrNull(6)));
                return true;
            });
        var tags = new Dictionary<(long RunNo, long DatasetNo), List<Tag>>();
        await session.Prepare(LoadRunDatasetTags).Bind("run_nos", runNos).ForEachAsync(row =>
        {
            var link = (row.Long(0), row.Long(1));
            if (!tags.TryGetValue(link, out var list)) tags.Add(link, list = []);
            list.Add(new Tag(row.Text(2), row.Text(3)));
            return true;
        });
        foreach (var link in links)
        {
            if (!inputs.TryGetValue(link.RunNo, out var list)) inputs.Add(link.RunNo, list = []);
            list.Add(new DatasetInput(datasets[link.DatasetNo], tags.GetValueOrDefault(link) ?? []));
        }

        return inputs;
    }

    /// <summary>Notes that the run was fed the dataset. What was noted before stays as it was.</summary>
    public static async ValueTask AddInputAsync(DbSession session, long runNo, long experimentNo, DatasetInput input)
    {
        var dataset = input.Dataset;
        var found = await session.Prepare(FindDataset)
            .Bind("experiment_no", experimentNo).Bind("name", dataset.Name).Bind("digest", dataset.Digest).LongAsync();
        var datasetNo = found ?? await session.Prepare(AddDataset)
            .Bind("experiment_no", experimentNo).Bind("name", dataset.Name).Bind("digest", dataset.Digest)
            .Bind("source_type", dataset.SourceType).Bind("source", dataset.Source)
            .Bind("dataset_schema", dataset.Schema).Bind("profile", dataset.Profile).LongAsync() ?? 0;
        var added = await session.Prepare(AddRunDataset).Bind("run_no", runNo).Bind("dataset_no", datasetNo).ExecuteAsync();
        if (added == 0) return;
        await session.ExecuteManyAsync(AddRunDatasetTag, input.Tags, (statement, tag) => statement
            .Bind("run_no", runNo).Bind("dataset_no", datasetNo).Bind("key", tag.Key).Bind("value", tag.Value));
    }
}
