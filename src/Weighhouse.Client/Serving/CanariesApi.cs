using Weighhouse.Client.Http;

namespace Weighhouse.Client.Serving;

/// <summary>Canaries: versions tried on a growing part of a deployment's requests.</summary>
public sealed class CanariesApi
{
    private readonly ApiConnection _connection;

    internal CanariesApi(ApiConnection connection) => _connection = connection;

    public Task<Canary> StartAsync(string deployment, NewCanary canary, CancellationToken cancellation = default) =>
        _connection.SendAsync(
            HttpMethod.Post, PathOf(deployment), canary, ClientJson.Default.NewCanary, ClientJson.Default.Canary, cancellation);

    /// <summary>The one that runs, or the last that did.</summary>
    public Task<Canary> GetAsync(string deployment, CancellationToken cancellation = default) =>
        _connection.GetAsync(PathOf(deployment), ClientJson.Default.Canary, cancellation);

    /// <summary>Gives all requests to the candidate now.</summary>
    public Task<Canary> PromoteAsync(string deployment, string? reason = null, CancellationToken cancellation = default) =>
        EndAsync(deployment, "/promote", reason, cancellation);

    /// <summary>Goes back to the routes before the canary.</summary>
    public Task<Canary> StopAsync(string deployment, string? reason = null, CancellationToken cancellation = default) =>
        EndAsync(deployment, "/stop", reason, cancellation);

    /// <summary>Tells how many answers turned out right and wrong.</summary>
    public Task<Canary> JudgeAsync(string deployment, CanaryOutcomes outcomes, CancellationToken cancellation = default) =>
        _connection.SendAsync(
            HttpMethod.Post, PathOf(deployment) + "/outcomes", outcomes, ClientJson.Default.CanaryOutcomes, ClientJson.Default.Canary,
            cancellation);

    private Task<Canary> EndAsync(string deployment, string verb, string? reason, CancellationToken cancellation) =>
        _connection.SendAsync(
            HttpMethod.Post, PathOf(deployment) + verb, new CanaryReason(reason), ClientJson.Default.CanaryReason,
            ClientJson.Default.Canary, cancellation);

    private static string PathOf(string deployment) => $"/api/v1/deployments/{Uri.EscapeDataString(deployment)}/canary";
}
