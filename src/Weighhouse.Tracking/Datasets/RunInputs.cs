using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Experiments;
using Weighhouse.Tracking.Runs;

namespace Weighhouse.Tracking.Datasets;

/// <summary>What went into a run and what came out of it: datasets and logged models.</summary>
internal sealed class RunInputs(IDatabase database, TrackingOptions options)
{
    private const int ModelIdLengthMax = 64;

    private static readonly SqlText AddRunModel = TrackingSql.Catalog["AddRunModel"];
    private static readonly SqlText SearchDatasets = TrackingSql.Catalog["SearchDatasets"];

    public ValueTask<Result<Done>> LogInputsAsync(
        Principal caller, RunId id, IReadOnlyList<DatasetInput> datasets, IReadOnlyList<ModelInput> models, CancellationToken cancellation)
    {
        if (datasets.Count > options.BatchDatasetsMax || models.Count > options.BatchDatasetsMax)
            return new(Error.Invalid(
                $"A call logs at most {options.BatchDatasetsMax} datasets and as many models; got {datasets.Count} and {models.Count}. "
                + "Split it up.",
                "datasets"));
        foreach (var input in datasets)
            if (DatasetRules.Refuse(input) is { } refusal) return new(refusal);
        var links = models.Select(static model => (model.Model, Step: 0L)).ToList();
        if (Refuse(links) is { } badModel) return new(badModel);
        return WriteAsync(
            caller,
            id,
            async (session, run) =>
            {
                // Of a dataset given twice the first counts.
                foreach (var input in datasets.DistinctBy(static input => (input.Dataset.Name, input.Dataset.Digest)))
                    await DatasetTable.AddInputAsync(session, run.RunNo, run.Experiment.Number, input);
                await AddModelsAsync(session, run, links, isOutput: false);
            },
            cancellation);
    }

    public ValueTask<Result<Done>> LogOutputsAsync(
        Principal caller, RunId id, IReadOnlyList<ModelOutput> models, CancellationToken cancellation)
    {
        if (models.Count > options.BatchDatasetsMax)
            return new(Error.Invalid($"A call logs at most {options.BatchDatasetsMax} models; got {models.Count}. Split it up.", "models"));
        var links = models.Select(static model => (model.Model, model.Step)).ToList();
        if (Refuse(links) is { } badModel) return new(badModel);
        return WriteAsync(caller, id, (session, run) => AddModelsAsync(session, run, links, isOutput: true), cancellation);
    }

    public ValueTask<Result<IReadOnlyList<DatasetSummary>>> SearchAsync(
        Principal caller, IReadOnlyList<ExperimentId> experiments, CancellationToken cancellation) =>
        database.ReadAsync<Result<IReadOnlyList<DatasetSummary>>>(
            async session =>
            {
                var visible = await ExperimentTable.VisibleAsync(session, caller, experiments);
                if (!visible.TryGet(out var found, out var error)) return error;
                return await session.Prepare(SearchDatasets)
                    .Bind("context_key", DatasetRules.ContextKey)
                    .Bind("experiment_nos", NumberList.Write(session.Engine, found.Select(static experiment => experiment.Id.Number)))
                    .ListAsync(
                        static row => new DatasetSummary(new ExperimentId(row.Long(0)), row.Text(1), row.Text(2), row.TextOrNull(3)));
            },
            cancellation);

    private static Error? Refuse(List<(LoggedModelId Model, long Step)> models)
    {
        foreach (var (model, _) in models)
        {
            if (string.IsNullOrEmpty(model.Text) || model.Text.Length > ModelIdLengthMax)
                return Error.Invalid($"A model's id has 1 to {ModelIdLengthMax} characters; got '{model.Text}'.", "model_id");
            if (PlainText.Refuse(model.Text, "model_id") is { } unfit) return unfit;
        }

        return null;
    }

    private ValueTask<Result<Done>> WriteAsync(
        Principal caller, RunId id, Func<DbSession, RunHandle, ValueTask> write, CancellationToken cancellation) =>
        database.WriteAsync<Done>(
            async session =>
            {
                var found = await RunHandle.FindActiveAsync(session, caller, id);
                if (!found.TryGet(out var run, out var error)) return error;
                await write(session, run);
                return Done.Value;
            },
            cancellation);

    private static async ValueTask AddModelsAsync(
        DbSession session, RunHandle run, List<(LoggedModelId Model, long Step)> models, bool isOutput) =>
        await session.ExecuteManyAsync(AddRunModel, models, (statement, link) => statement
            .Bind("run_no", run.RunNo).Bind("model_id", link.Model.Text).Bind("is_output", isOutput).Bind("step", link.Step));
}
