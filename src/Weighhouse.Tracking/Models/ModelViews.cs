using System.ComponentModel;

namespace Weighhouse.Tracking.Models;

/// <summary>A metric of a logged model: its latest value in a run, on a dataset.</summary>
internal sealed record LoggedModelMetricView(
    string Key, double Value, long Step, long TimeMs, string RunId, string? DatasetName, string? DatasetDigest)
{
    public static LoggedModelMetricView Of(LoggedModelMetric metric) => new(
        metric.Key, metric.Point.Value, metric.Point.Step, metric.Point.TimestampMs, metric.Run.Text, metric.DatasetName,
        metric.DatasetDigest);
}

internal sealed record LoggedModelView(
    string Id,
    string ExperimentId,
    string Project,
    string Name,
    string ModelType,
    [property: Description("pending, ready or upload_failed")] string Status,
    string? StatusMessage,
    long CreatedMs,
    long UpdatedMs,
    string ArtifactUri,
    [property: Description("The run that made it; absent when none did")] string? SourceRunId,
    IReadOnlyDictionary<string, string> Params,
    IReadOnlyDictionary<string, string> Tags,
    IReadOnlyList<LoggedModelMetricView> Metrics)
{
    public static LoggedModelView Of(LoggedModel model) => new(
        model.Id.Text,
        model.Experiment.ToString(),
        model.Project,
        model.Name,
        model.ModelType,
        model.Status switch
        {
            LoggedModelStatus.Pending => "pending",
            LoggedModelStatus.Ready => "ready",
            _ => "upload_failed",
        },
        model.StatusMessage,
        model.CreatedMs,
        model.UpdatedMs,
        model.ArtifactUri,
        model.SourceRun?.Text,
        model.Params.ToDictionary(static param => param.Key, static param => param.Value),
        ViewText.Of(model.Tags),
        [.. model.Metrics.Select(LoggedModelMetricView.Of)]);
}

internal sealed record LoggedModelPage(IReadOnlyList<LoggedModelView> LoggedModels, string? NextPageToken)
{
    public static LoggedModelPage Of(Kernel.Page<LoggedModel> page) =>
        new([.. page.Items.Select(LoggedModelView.Of)], page.NextToken);
}

internal sealed record SearchLoggedModelsRequest(
    [property: Description("Ids of experiments; all of them when absent or empty")] IReadOnlyList<string>? Experiments,
    [property: Description("For example: metrics.acc > 0.9 and (params.depth = '3' or tags.team = 'a')")] string? Filter,
    [property: Description("For example: metrics.acc DESC")] IReadOnlyList<string>? OrderBy,
    [property: Description("Names of datasets: metrics measured on others do not count")] IReadOnlyList<string>? Datasets,
    int? PageSize,
    string? PageToken);
