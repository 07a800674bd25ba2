using System.Text.Json;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Serving.Deployments;

/// <param name="StateEvent">The event whose routes these are.</param>
/// <param name="Canary">The one that runs; null for none.</param>
internal sealed record StoredDeployment(long Number, long StateEvent, Deployment Deployment, RunningCanary? Canary);

/// <param name="BaseEvent">The state of the deployment before it.</param>
internal readonly record struct RunningCanary(long Number, int Step, long BaseEvent);

/// <summary>Reads deployments.</summary>
internal sealed class DeploymentStore(IDatabase database, ServingOptions options)
{
    private static readonly SqlText FindDeployment = ServingSql.Catalog["FindDeployment"];
    private static readonly SqlText ListDeployments = ServingSql.Catalog["ListDeployments"];
    private static readonly SqlText LastEvent = ServingSql.Catalog["LastEvent"];

    /// <summary>A number that grows with each change of any deployment.</summary>
    public ValueTask<long> PulseAsync(CancellationToken cancellation) => database.ReadAsync(
        static async session => await session.Prepare(LastEvent).LongAsync() ?? 0, cancellation);

    public ValueTask<List<StoredDeployment>> AllAsync(CancellationToken cancellation) => database.ReadAsync(
        session => ListAsync(session, "", options.DeploymentsMax), cancellation);

    public static ValueTask<List<StoredDeployment>> ListAsync(DbSession session, string after, int limit) =>
        session.Prepare(ListDeployments).Bind("after", after).Bind("limit", (long)limit).ListAsync(Read);

    /// <summary>NotFound when there is none, a refusal when the caller lacks the permission on it.</summary>
    public static async ValueTask<Result<StoredDeployment>> FindAsync(
        DbSession session, Principal caller, string name, Permission permission)
    {
        var found = await session.Prepare(FindDeployment).Bind("name", name).FirstAsync(Read);
        if (found is null) return Error.NotFound($"There is no deployment '{name}'. List them with: weigh deployments list");
        var scope = Scope.Deployment(found.Deployment.Project, name);
        return caller.Refuse(permission, scope) is { } refusal ? refusal : found;
    }

    public static string Json(IReadOnlyList<DeploymentRoute> routes) =>
        JsonSerializer.Serialize(routes, ServingJson.Default.IReadOnlyListDeploymentRoute);

    public static string? Json(BatchPolicy? batch) =>
        batch is null ? null : JsonSerializer.Serialize(batch, ServingJson.Default.BatchPolicy);

    public static string StateJson(Deployment deployment) =>
        JsonSerializer.Serialize(new DeploymentState(deployment.Routes, deployment.Batch), ServingJson.Default.DeploymentState);

    public static DeploymentState State(string json) => JsonSerializer.Deserialize(json, ServingJson.Default.DeploymentState)!;

    public static DeploymentState? StateOrNull(string? json) => json is null ? null : State(json);

    private static IReadOnlyList<DeploymentRoute> Routes(string json) =>
        JsonSerializer.Deserialize(json, ServingJson.Default.IReadOnlyListDeploymentRoute)!;

    private static StoredDeployment Read(DbRow row) => new(
        row.Long(0),
        row.Long(5),
        new Deployment(
            row.Text(1), row.Text(2), Routes(row.Text(3)), row.Long(4), row.Bool(6), row.Text(7), row.Long(8), row.Long(9))
        {
            Batch = row.TextOrNull(13) is { } batch ? JsonSerializer.Deserialize(batch, ServingJson.Default.BatchPolicy) : null,
        },
        row.LongOrNull(10) is { } canary ? new RunningCanary(canary, (int)row.Long(11), row.Long(12)) : null);
}
