using Weighhouse.Client.Http;

namespace Weighhouse.Client.Serving;

/// <summary>Deployments: models that answer under a name.</summary>
public sealed class DeploymentsApi
{
    private const string Root = "/api/v1/deployments";

    private readonly ApiConnection _connection;

    internal DeploymentsApi(ApiConnection connection) => _connection = connection;

    public Task<DeploymentPage> ListAsync(int? pageSize = null, string? pageToken = null, CancellationToken cancellation = default) =>
        _connection.GetAsync(
            new QueryText(Root).Add("page_size", pageSize).Add("page_token", pageToken).ToString(),
            ClientJson.Default.DeploymentPage,
            cancellation);

    public Task<Deployment> GetAsync(string name, CancellationToken cancellation = default) =>
        _connection.GetAsync(PathOf(name), ClientJson.Default.Deployment, cancellation);

    /// <param name="waitSeconds">How long the answer waits for the versions to be loaded.</param>
    public Task<Deployment> CreateAsync(NewDeployment deployment, int waitSeconds = 0, CancellationToken cancellation = default) =>
        _connection.SendAsync(
            HttpMethod.Post, Waiting(Root, waitSeconds), deployment, ClientJson.Default.NewDeployment, ClientJson.Default.Deployment,
            cancellation);

    /// <summary>Replaces the routes.</summary>
    public Task<Deployment> RouteAsync(
        string name, DeploymentRoutes routes, int waitSeconds = 0, CancellationToken cancellation = default) =>
        _connection.SendAsync(
            HttpMethod.Put, Waiting(PathOf(name) + "/routes", waitSeconds), routes, ClientJson.Default.DeploymentRoutes,
            ClientJson.Default.Deployment, cancellation);

    /// <summary>Gathers a deployment's requests by this policy from now on.</summary>
    public Task<Deployment> BatchAsync(string name, DeploymentBatch batch, CancellationToken cancellation = default) =>
        _connection.SendAsync(
            HttpMethod.Put, PathOf(name) + "/batch", batch, ClientJson.Default.DeploymentBatch, ClientJson.Default.Deployment,
            cancellation);

    /// <summary>Goes back to routes and batching before the last change.</summary>
    public Task<Deployment> RollbackAsync(string name, int waitSeconds = 0, CancellationToken cancellation = default) =>
        _connection.SendAsync(
            HttpMethod.Post, Waiting(PathOf(name) + "/rollback", waitSeconds), new DeploymentRoutes([]),
            ClientJson.Default.DeploymentRoutes, ClientJson.Default.Deployment, cancellation);

    public Task DeleteAsync(string name, CancellationToken cancellation = default) =>
        _connection.SendAsync(HttpMethod.Delete, PathOf(name), cancellation);

    public Task<DeploymentEventPage> HistoryAsync(
        string name, int? pageSize = null, string? pageToken = null, CancellationToken cancellation = default) =>
        _connection.GetAsync(
            new QueryText(PathOf(name) + "/history").Add("page_size", pageSize).Add("page_token", pageToken).ToString(),
            ClientJson.Default.DeploymentEventPage,
            cancellation);

    private static string PathOf(string name) => $"{Root}/{Uri.EscapeDataString(name)}";

    private static string Waiting(string path, int seconds) =>
        new QueryText(path).Add("wait_seconds", seconds == 0 ? null : seconds).ToString();
}
