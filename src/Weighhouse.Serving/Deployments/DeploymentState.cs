namespace Weighhouse.Serving.Deployments;

/// <summary>What a change of a deployment changes, and a rollback brings back.</summary>
internal sealed record DeploymentState(IReadOnlyList<DeploymentRoute> Routes, BatchPolicy? Batch = null);
