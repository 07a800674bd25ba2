namespace Weighhouse.Client.Tracking;

public sealed record Experiment(
    string Id,
    string Project,
    string Name,
    string ArtifactLocation,
    string Lifecycle,
    long CreatedMs,
    long UpdatedMs,
    IReadOnlyDictionary<string, string> Tags);

public sealed record ExperimentPage(IReadOnlyList<Experiment> Experiments, string? NextPageToken);

/// <param name="ArtifactLocation">Null for the server's own store.</param>
/// <param name="Project">Null for the default project.</param>
public sealed record NewExperiment(
    string Name, string? ArtifactLocation = null, string? Project = null, IReadOnlyDictionary<string, string>? Tags = null);

public sealed record ExperimentChange(string Name);

public sealed record TagValue(string Value);

public sealed record Point(double Value, long Step, long TimeMs);

/// <summary>What is kept of a series: its latest, least and greatest point, and how many there are.</summary>
public sealed record Metric(Point Latest, Point Min, Point Max, long Count);

public sealed record Dataset(
    string Name, string Digest, string SourceType, string Source, string? Schema = null, string? Profile = null,
    IReadOnlyDictionary<string, string>? Tags = null);

public sealed record Run(
    string Id,
    string ExperimentId,
    string Project,
    string Name,
    string User,
    string Status,
    long StartMs,
    long? EndMs,
    string ArtifactUri,
    string Lifecycle,
    IReadOnlyDictionary<string, string> Params,
    IReadOnlyDictionary<string, string> Tags,
    IReadOnlyDictionary<string, Metric> Metrics,
    IReadOnlyList<Dataset> Datasets,
    IReadOnlyList<string> ModelInputs,
    IReadOnlyList<string> ModelOutputs);

public sealed record RunPage(IReadOnlyList<Run> Runs, string? NextPageToken);

public sealed record RunInfo(string Id, string ExperimentId, string Name, string Status, long StartMs, long? EndMs, string Lifecycle);

/// <param name="ExperimentId">Null for "0", the default experiment.</param>
/// <param name="Name">Null for a generated one.</param>
/// <param name="StartMs">Null for the present time.</param>
public sealed record NewRun(
    string? ExperimentId = null, string? Name = null, long? StartMs = null, IReadOnlyDictionary<string, string>? Tags = null);

/// <param name="Status">running, scheduled, finished, failed or killed; null leaves it.</param>
public sealed record RunChange(string? Status = null, long? EndMs = null, string? Name = null);

/// <param name="Experiments">Ids; null for all.</param>
/// <param name="Filter">For example: metrics.loss &lt; 0.3 and (params.model = 'mlp' or tags.team in ('a', 'b')).</param>
/// <param name="OrderBy">For example: metrics.loss ASC.</param>
/// <param name="View">active, deleted or all; null for active.</param>
public sealed record RunQuery(
    IReadOnlyList<string>? Experiments = null,
    string? Filter = null,
    IReadOnlyList<string>? OrderBy = null,
    string? View = null,
    int? PageSize = null,
    string? PageToken = null);

/// <summary>Points of a series by time.</summary>
public sealed record PointPage(IReadOnlyList<Point> Points, string? NextPageToken);

/// <param name="TimeMs">Null: the moment it arrives.</param>
public sealed record NewPoint(string Key, double Value, long Step = 0, long? TimeMs = null);

/// <summary>What one call logs, all or nothing.</summary>
public sealed record RunBatch(
    IReadOnlyList<NewPoint>? Metrics = null,
    IReadOnlyDictionary<string, string>? Params = null,
    IReadOnlyDictionary<string, string>? Tags = null);

/// <summary>The latest value of a metric of a logged model in a run, on a dataset.</summary>
public sealed record LoggedModelMetric(
    string Key, double Value, long Step, long TimeMs, string RunId, string? DatasetName = null, string? DatasetDigest = null);

/// <param name="Status">pending, ready or upload_failed.</param>
/// <param name="SourceRunId">The run that made it; null when none did.</param>
public sealed record LoggedModel(
    string Id,
    string ExperimentId,
    string Project,
    string Name,
    string ModelType,
    string Status,
    string? StatusMessage,
    long CreatedMs,
    long UpdatedMs,
    string ArtifactUri,
    string? SourceRunId,
    IReadOnlyDictionary<string, string> Params,
    IReadOnlyDictionary<string, string> Tags,
    IReadOnlyList<LoggedModelMetric> Metrics);

public sealed record LoggedModelPage(IReadOnlyList<LoggedModel> LoggedModels, string? NextPageToken);

/// <param name="Experiments">Ids; null for all.</param>
/// <param name="Filter">For example: metrics.acc &gt; 0.9 and (params.depth = '3' or tags.team = 'a').</param>
/// <param name="OrderBy">For example: metrics.acc DESC.</param>
/// <param name="Datasets">Names: metrics measured on others do not count.</param>
public sealed record LoggedModelQuery(
    IReadOnlyList<string>? Experiments = null,
    string? Filter = null,
    IReadOnlyList<string>? OrderBy = null,
    IReadOnlyList<string>? Datasets = null,
    int? PageSize = null,
    string? PageToken = null);
