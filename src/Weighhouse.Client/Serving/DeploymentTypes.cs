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
    IReadOnlyList<DeploymentVersion> Versions);

public sealed record NewDeployment(string Name, IReadOnlyList<DeploymentRoute> Routes, string? Project = null);

public sealed record DeploymentRoutes(IReadOnlyList<DeploymentRoute> Routes);

public sealed record DeploymentPage(IReadOnlyList<Deployment> Deployments, string? NextPageToken = null);

/// <param name="Before">The routes before, as JSON.</param>
/// <param name="After">The routes since, as JSON.</param>
/// <param name="Reason">Why, where that is known: what decided a canary, for example.</param>
public sealed record DeploymentEvent(
    long Number,
    long Revision,
    long AtMs,
    string Actor,
    string Action,
    string? Before = null,
    string? After = null,
    string? Reason = null);

public sealed record DeploymentEventPage(IReadOnlyList<DeploymentEvent> Events, string? NextPageToken = null);
