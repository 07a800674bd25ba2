namespace Weighhouse.Serving.Deployments;

internal sealed record CreateDeploymentRequest(
    string? Name, IReadOnlyList<DeploymentRoute>? Routes, string? Project, BatchPolicy? Batch = null);

/// <param name="Batch">Null for one run each request.</param>
internal sealed record BatchDeploymentRequest(BatchPolicy? Batch);

internal sealed record RouteDeploymentRequest(IReadOnlyList<DeploymentRoute>? Routes);

/// <param name="State">"loading", "available", "unloading", "failed" or "unloaded".</param>
internal sealed record DeploymentVersionView(string Model, long Version, string State, IReadOnlyList<string> Labels, string? Error)
{
    public static DeploymentVersionView Of(VersionStatus status) => new(
        status.Model,
        status.Version,
        status.State switch
        {
            VersionState.Available => "available",
            VersionState.Unloading => "unloading",
            VersionState.End => status.Error is null ? "unloaded" : "failed",
            _ => "loading",
        },
        status.Labels,
        status.Error?.Message);
}

/// <param name="Versions">As they stand on the replica that answers.</param>
internal sealed record DeploymentView(
    string Project,
    string Name,
    IReadOnlyList<DeploymentRoute> Routes,
    long Revision,
    bool IsLoaded,
    string User,
    long CreatedMs,
    long UpdatedMs,
    IReadOnlyList<DeploymentVersionView> Versions,
    BatchPolicy? Batch)
{
    public static DeploymentView Of(Deployment deployment, IReadOnlyList<VersionStatus> statuses) => new(
        deployment.Project,
        deployment.Name,
        deployment.Routes,
        deployment.Revision,
        deployment.IsLoaded,
        deployment.User,
        deployment.CreatedMs,
        deployment.UpdatedMs,
        [.. statuses.Select(DeploymentVersionView.Of)],
        deployment.Batch);
}

internal sealed record DeploymentPage(IReadOnlyList<DeploymentView> Deployments, string? NextPageToken);

internal sealed record DeploymentEventPage(IReadOnlyList<DeploymentEvent> Events, string? NextPageToken);
