using Weighhouse.Kernel;

namespace Weighhouse.Serving;

/// <summary>A part of a deployment's requests and the version that answers them.</summary>
/// <param name="Model">The registered model's name.</param>
/// <param name="Version">This version; null to follow the alias, or the latest version when there is no alias either.</param>
/// <param name="Alias">Follows this alias of the model.</param>
/// <param name="Weight">Its share of requests that name no version; 0 for only those that name it.</param>
/// <param name="Label">A name by which requests reach it; null for none.</param>
/// <param name="Runtime">What is to run it, "onnx" or "python"; null for the first of these that can.</param>
public sealed record DeploymentRoute(
    string Model, long? Version = null, string? Alias = null, int Weight = 1, string? Label = null, string? Runtime = null);

/// <summary>A name under which models answer in every protocol.</summary>
/// <param name="Revision">1 when it was made, and one more with each change.</param>
/// <param name="IsLoaded">False after somebody unloaded it.</param>
public sealed record Deployment(
    string Project,
    string Name,
    IReadOnlyList<DeploymentRoute> Routes,
    long Revision,
    bool IsLoaded,
    string User,
    long CreatedMs,
    long UpdatedMs)
{
    /// <summary>How its requests are gathered; null for one run each.</summary>
    public BatchPolicy? Batch { get; init; }
}

/// <param name="Project">Null for that of the first route's model.</param>
/// <param name="Batch">Null for one run each request.</param>
public sealed record NewDeployment(
    string Name, IReadOnlyList<DeploymentRoute> Routes, string? Project = null, BatchPolicy? Batch = null);

/// <summary>What a change of a deployment changes, and a rollback brings back.</summary>
public sealed record DeploymentState(IReadOnlyList<DeploymentRoute> Routes, BatchPolicy? Batch = null);

/// <summary>One change of a deployment.</summary>
/// <param name="Action">Noun and verb: "deployment.create", "deployment.batch", "deployment.canary.step".</param>
/// <param name="Before">Null when it was created.</param>
/// <param name="After">Null when it was deleted.</param>
/// <param name="Reason">Why, where that is known: what decided a canary, for example.</param>
public sealed record DeploymentEvent(
    long Number,
    long Revision,
    long AtMs,
    string Actor,
    string Action,
    DeploymentState? Before,
    DeploymentState? After,
    string? Reason);

/// <summary>
/// Deployments. Names are unique on the server; the scope of one is <see cref="Scope.Deployment"/>. Changes need the right to deploy, and
/// that to view each model named.
/// </summary>
public interface IDeployments
{
    ValueTask<Result<Deployment>> CreateAsync(Principal caller, NewDeployment deployment, CancellationToken cancellation);

    ValueTask<Result<Deployment>> GetAsync(Principal caller, string name, CancellationToken cancellation);

    /// <summary>By name; only what the caller may view.</summary>
    ValueTask<Result<Page<Deployment>>> ListAsync(Principal caller, PageRequest page, CancellationToken cancellation);

    /// <summary>Replaces the routes.</summary>
    ValueTask<Result<Deployment>> RouteAsync(
        Principal caller, string name, IReadOnlyList<DeploymentRoute> routes, CancellationToken cancellation);

    /// <summary>
    /// Gathers its requests by another policy from now on; null for one run each. No version is loaded anew. FailedPrecondition while a
    /// canary runs, whose sides are compared.
    /// </summary>
    ValueTask<Result<Deployment>> BatchAsync(Principal caller, string name, BatchPolicy? batch, CancellationToken cancellation);

    /// <summary>Routes and batching as they were before the last change; a second time, before the change before that.</summary>
    ValueTask<Result<Deployment>> RollbackAsync(Principal caller, string name, CancellationToken cancellation);

    /// <summary>A tombstone: the name is free again, and its history stays.</summary>
    ValueTask<Result<Done>> DeleteAsync(Principal caller, string name, CancellationToken cancellation);

    /// <summary>Every change of the deployment that bears the name now, the newest first.</summary>
    ValueTask<Result<Page<DeploymentEvent>>> HistoryAsync(
        Principal caller, string name, PageRequest page, CancellationToken cancellation);
}
