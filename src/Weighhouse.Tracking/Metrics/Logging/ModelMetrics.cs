using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Metrics.Segments;

namespace Weighhouse.Tracking.Metrics.Logging;

/// <summary>The latest values that a batch says of logged models, by model, key and dataset.</summary>
internal sealed class ModelMetrics
{
    private static readonly SqlText FindModelForMetrics = TrackingSql.Catalog["FindModelForMetrics"];
    private static readonly SqlText MergeModelMetric = TrackingSql.Catalog["MergeModelMetric"];

    private readonly Dictionary<Subject, MetricPoint> _latest;

    private ModelMetrics(Dictionary<Subject, MetricPoint> latest) => _latest = latest;

    /// <summary>Null when no sample names a model.</summary>
    public static Result<ModelMetrics?> Of(IReadOnlyList<MetricSample> samples)
    {
        Dictionary<Subject, MetricPoint>? latest = null;
        for (var i = 0; i < samples.Count; i++)
        {
            var sample = samples[i];
            if (sample.Model is not { } model) continue;
            var refusal = PlainText.Refuse(model.Text, $"metrics[{i}].model_id")
                ?? PlainText.Refuse(sample.DatasetName, $"metrics[{i}].dataset_name")
                ?? PlainText.Refuse(sample.DatasetDigest, $"metrics[{i}].dataset_digest");
            if (refusal is not null) return refusal;
            var subject = new Subject(model, sample.Key, sample.DatasetName ?? "", sample.DatasetDigest ?? "");
            latest ??= [];
            if (!latest.TryGetValue(subject, out var before) || PointOrder.CompareByStep(sample.Point, before) > 0)
                latest[subject] = sample.Point;
        }

        return latest is null ? null : new ModelMetrics(latest);
    }

    public async ValueTask<Result<Done>> WriteAsync(DbSession session, Principal caller, RunId run)
    {
        var numbers = new Dictionary<LoggedModelId, long>();
        foreach (var (subject, point) in _latest)
        {
            if (!numbers.TryGetValue(subject.Model, out var modelNo))
            {
                var found = await FindAsync(session, caller, subject.Model);
                if (!found.TryGet(out modelNo, out var error)) return error;
                numbers.Add(subject.Model, modelNo);
            }

            await session.Prepare(MergeModelMetric)
                .Bind("model_no", modelNo).Bind("key", subject.Key).Bind("run_id", run.Text)
                .Bind("dataset_name", subject.DatasetName).Bind("dataset_digest", subject.DatasetDigest)
                .Bind("value", double.IsNaN(point.Value) ? null : point.Value)
                .Bind("step", point.Step).Bind("timestamp_ms", point.TimestampMs)
                .ExecuteAsync();
        }

        return Done.Value;
    }

    private static async ValueTask<Result<long>> FindAsync(DbSession session, Principal caller, LoggedModelId model)
    {
        var (modelNo, scope) = await session.Prepare(FindModelForMetrics).Bind("model_id", model.Text)
            .FirstAsync(static row => (row.Long(0), Scope.Experiment(row.Text(2), new ExperimentId(row.Long(1)))));
        if (modelNo == 0) return Error.NotFound($"Logged model with ID '{model}' not found.");
        return caller.Refuse(Permission.Contribute, scope) is { } refusal ? refusal : modelNo;
    }

    private readonly record struct Subject(LoggedModelId Model, string Key, string DatasetName, string DatasetDigest);
}
