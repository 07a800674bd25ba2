namespace Weighhouse.Client.Serving;

/// <summary>A part of a deployment's requests and the version that answers them.</summary>
/// <param name="Version">This version; null to follow the alias, or the latest version when there is no alias either.</param>
/// <param name="Weight">Its share of requests that name no version; 0 for only those that name it.</param>
/// <param name="Runtime">What is to run it, "onnx" or "python"; null for the first of these that can.</param>
public sealed record DeploymentRoute(
    string Model, long? Version = null, string? Alias = null, int Weight = 1, string? Label = null, string? Runtime = null);

/// <param name="State">"loading", "available", "unloading", "failed" or "unloaded".</param>
/// <param name="Error">Why it failed.</param>
public sealed record DeploymentVersion(string Model, long Version, string State, IReadOnlyList<string> Labels, string? Error = null);

/// <summary>A name under which models answer in every protocol.</summary>
public sealed record Deployment(
    string Project,
    string Name,
    IReadOnlyList<DeploymentRoute> Routes,
    long Revision,
    bool IsLoaded,
    string User,
    long CreatedMs,
    long UpdatedMs,
    IReadOnlyList<DeploymentVersion> Versions,
    BatchPolicy? Batch = null);

public sealed record NewDeployment(
    string Name, IReadOnlyList<DeploymentRoute> Routes, string? Project = null, BatchPolicy? Batch = null);

/// <summary>How requests for a version are gathered into runs of more rows.</summary>
/// <param name="RowsMax">Rows of one run, at most.</param>
/// <param name="DelayMs">How long a request may wait for others; 0: what arrives while models run is the next run.</param>
/// <param name="PreferredRows">Sizes at which a run begins without waiting for more.</param>
/// <param name="PadRows">Fills a run up to the next preferred size.</param>
/// <param name="PadVariable">Lets requests of different sizes share a run, the smaller ones filled up with zeros.</param>
/// <param name="QueueMax">Requests that may wait; more are turned away, the least urgent first.</param>
/// <param name="TimeoutMs">How long a request may wait at most; 0 for as long as its own deadline allows.</param>
/// <param name="ObjectiveMs">Finds the delay with which 95 % of the answers take at most so long.</param>
public sealed record BatchPolicy(
    int RowsMax,
    int DelayMs = 0,
    IReadOnlyList<int>? PreferredRows = null,
    bool PadRows = false,
    bool PadVariable = false,
    int QueueMax = 1_000,
    int TimeoutMs = 0,
    int? ObjectiveMs = null);

/// <param name="Batch">Null for one run each request.</param>
public sealed record DeploymentBatch(BatchPolicy? Batch);

/// <summary>What a change of a deployment changes, and a rollback brings back.</summary>
public sealed record DeploymentState(IReadOnlyList<DeploymentRoute> Routes, BatchPolicy? Batch = null);

public sealed record DeploymentRoutes(IReadOnlyList<DeploymentRoute> Routes);

public sealed record DeploymentPage(IReadOnlyList<Deployment> Deployments, string? NextPageToken = null);

/// <param name="Before">Null when it was created.</param>
/// <param name="After">Null when it was deleted.</param>
/// <param name="Reason">Why, where that is known: what decided a canary, for example.</param>
public sealed record DeploymentEvent(
    long Number,
    long Revision,
    long AtMs,
    string Actor,
    string Action,
    DeploymentState? Before = null,
    DeploymentState? After = null,
    string? Reason = null);

public sealed record DeploymentEventPage(IReadOnlyList<DeploymentEvent> Events, string? NextPageToken = null);
