using System.ComponentModel;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking;

/// <summary>How the native API shows and takes what the contract holds: camelCase, tags and params as objects, NaN as "NaN".</summary>
internal sealed record ExperimentView(
    string Id,
    string Project,
    string Name,
    string ArtifactLocation,
    [property: Description("active or deleted")] string Lifecycle,
    long CreatedMs,
    long UpdatedMs,
    IReadOnlyDictionary<string, string> Tags)
{
    public static ExperimentView Of(Experiment experiment) => new(
        experiment.Id.ToString(),
        experiment.Project,
        experiment.Name,
        experiment.ArtifactLocation,
        ViewText.Of(experiment.Lifecycle),
        experiment.CreatedMs,
        experiment.UpdatedMs,
        ViewText.Of(experiment.Tags));
}

internal sealed record ExperimentPage(IReadOnlyList<ExperimentView> Experiments, string? NextPageToken)
{
    public static ExperimentPage Of(Page<Experiment> page) => new([.. page.Items.Select(ExperimentView.Of)], page.NextToken);
}

internal sealed record CreateExperimentRequest(
    string? Name,
    [property: Description("Where artifacts go; the server's own store when absent")] string? ArtifactLocation,
    [property: Description("The project it belongs to; default when absent")] string? Project,
    IReadOnlyDictionary<string, string>? Tags);

internal sealed record RenameExperimentRequest(string? Name);

internal sealed record TagRequest(string? Value);

internal sealed record PointView(double Value, long Step, long TimeMs)
{
    public static PointView Of(MetricPoint point) => new(point.Value, point.Step, point.TimestampMs);
}

internal sealed record MetricView(PointView Latest, PointView Min, PointView Max, long Count)
{
    public static MetricView Of(MetricSummary metric) =>
        new(PointView.Of(metric.Latest), PointView.Of(metric.Min), PointView.Of(metric.Max), metric.PointCount);
}

internal sealed record DatasetView(
    string Name, string Digest, string SourceType, string Source, string? Schema, string? Profile, IReadOnlyDictionary<string,
    string>? Tags)
{
    public static DatasetView Of(DatasetInput input) => new(
        input.Dataset.Name,
        input.Dataset.Digest,
        input.Dataset.SourceType,
        input.Dataset.Source,
        input.Dataset.Schema,
        input.Dataset.Profile,
        ViewText.Of(input.Tags));

    public DatasetInput ToInput() => new(
        new Dataset(Name ?? "", Digest ?? "", SourceType ?? "", Source ?? "", Schema, Profile),
        [.. (Tags ?? new Dictionary<string, string>()).Select(tag => new Tag(tag.Key, tag.Value))]);
}

internal sealed record RunView(
    string Id,
    string ExperimentId,
    string Project,
    string Name,
    string User,
    [property: Description("running, scheduled, finished, failed or killed")] string Status,
    long StartMs,
    long? EndMs,
    string ArtifactUri,
    [property: Description("active or deleted")] string Lifecycle,
    IReadOnlyDictionary<string, string> Params,
    IReadOnlyDictionary<string, string> Tags,
    IReadOnlyDictionary<string, MetricView> Metrics,
    IReadOnlyList<DatasetView> Datasets,
    IReadOnlyList<string> ModelInputs,
    IReadOnlyList<string> ModelOutputs)
{
    public static RunView Of(Run run) => new(
        run.Info.Id.Text,
        run.Info.Experiment.ToString(),
        run.Info.Project,
        run.Info.Name,
        run.Info.User,
        ViewText.Of(run.Info.Status),
        run.Info.StartMs,
        run.Info.EndMs,
        run.Info.ArtifactUri,
        ViewText.Of(run.Info.Lifecycle),
        run.Params.ToDictionary(param => param.Key, param => param.Value),
        ViewText.Of(run.Tags),
        run.Metrics.ToDictionary(metric => metric.Key, MetricView.Of),
        [.. run.DatasetInputs.Select(DatasetView.Of)],
        [.. run.ModelInputs.Select(input => input.Model.Text)],
        [.. run.ModelOutputs.Select(output => output.Model.Text)]);
}

internal sealed record RunPage(IReadOnlyList<RunView> Runs, string? NextPageToken)
{
    public static RunPage Of(Page<Run> page) => new([.. page.Items.Select(RunView.Of)], page.NextToken);
}

internal sealed record RunInfoView(string Id, string ExperimentId, string Name, string Status, long StartMs, long? EndMs, string Lifecycle)
{
    public static RunInfoView Of(RunInfo info) => new(
        info.Id.Text, info.Experiment.ToString(), info.Name, ViewText.Of(info.Status), info.StartMs, info.EndMs,
        ViewText.Of(info.Lifecycle));
}

internal sealed record CreateRunRequest(
    [property: Description("0, the default experiment, when absent")] string? ExperimentId,
    [property: Description("A generated one when absent: amber-otter-417")] string? Name,
    [property: Description("Milliseconds since 1970; now when absent")] long? StartMs,
    IReadOnlyDictionary<string, string>? Tags);

internal sealed record ChangeRunRequest(
    [property: Description("running, scheduled, finished, failed or killed")] string? Status, long? EndMs, string? Name);

internal sealed record SearchRunsRequest(
    [property: Description("Ids of experiments; all of them when absent or empty")] IReadOnlyList<string>? Experiments,
    [property: Description("For example: metrics.loss < 0.3 and (params.model = 'mlp' or tags.team in ('a', 'b'))")] string? Filter,
    [property: Description("For example: metrics.loss ASC")] IReadOnlyList<string>? OrderBy,
    [property: Description("active, deleted or all")] string? View,
    int? PageSize,
    string? PageToken);

internal sealed record InputsRequest(IReadOnlyList<DatasetView>? Datasets, IReadOnlyList<string>? Models);

/// <summary>The words of the native API for what the contract numbers.</summary>
internal static class ViewText
{
    public static string Of(LifecycleStage stage) => stage is LifecycleStage.Active ? "active" : "deleted";

    public static string Of(RunStatus status) => status.ToString().ToLowerInvariant();

    public static IReadOnlyDictionary<string, string> Of(IReadOnlyList<Tag> tags) => tags.ToDictionary(tag => tag.Key, tag => tag.Value);

    public static Result<StageView> ToView(string? text) => text switch
    {
        null or "" or "active" => StageView.ActiveOnly,
        "deleted" => StageView.DeletedOnly,
        "all" => StageView.All,
        _ => Error.Invalid($"'{text}' is not a view: use active, deleted or all.", "view"),
    };

    public static Result<RunStatus?> ToStatus(string? text)
    {
        if (text is null) return (RunStatus?)null;
        return Enum.TryParse<RunStatus>(text, ignoreCase: true, out var status) && Enum.IsDefined(status) && !char.IsDigit(text[0])
            ? status
            : Error.Invalid($"'{text}' is not a status: use running, scheduled, finished, failed or killed.", "status");
    }

    public static Result<ExperimentId> ToExperimentId(string? text) => ExperimentId.TryParse(text, out var id)
        ? id
        : Error.Invalid($"'{text}' is not an experiment's id: ids are numbers such as 0 or 12.", "experimentId");
}
