using System.Net.Http.Headers;
using System.Text;
using Weighhouse.Client.Access;
using Weighhouse.Client.Catalogue;
using Weighhouse.Client.Hooks;
using Weighhouse.Client.Http;
using Weighhouse.Client.Registry;
using Weighhouse.Client.Serving;
using Weighhouse.Client.Tracking;

namespace Weighhouse.Client;

/// <summary>
/// The native API, typed. One client for a program: it is safe for use by many threads and keeps connections open.
/// <code>
/// using var weigh = new WeighClient(new Uri("http://127.0.0.1:5000"));
/// var run = await weigh.Runs.CreateAsync(new NewRun(Name: "first"));
/// </code>
/// </summary>
public sealed class WeighClient : IDisposable
{
    private readonly ApiConnection _connection;

    /// <param name="server">The server's address: http://host:5000.</param>
    /// <param name="token">A token (wh_…); null where nobody signs in.</param>
    /// <param name="handler">For tests and proxies; null for the usual one.</param>
    public WeighClient(Uri server, string? token = null, HttpMessageHandler? handler = null)
        : this(new ApiConnection(server, token is null ? null : new AuthenticationHeaderValue("Bearer", token), handler))
    {
    }

    private WeighClient(ApiConnection connection)
    {
        _connection = connection;
        Access = new AccessApi(_connection);
        Experiments = new ExperimentsApi(_connection);
        Runs = new RunsApi(_connection);
        LoggedModels = new LoggedModelsApi(_connection);
        Catalogue = new CatalogueApi(_connection);
        Models = new ModelsApi(_connection);
        Gates = new GatesApi(_connection);
        Promotions = new PromotionsApi(_connection);
        Deployments = new DeploymentsApi(_connection);
        Canaries = new CanariesApi(_connection);
        Hooks = new HooksApi(_connection);
    }

    public AccessApi Access { get; }

    public ExperimentsApi Experiments { get; }

    public RunsApi Runs { get; }

    public LoggedModelsApi LoggedModels { get; }

    public CatalogueApi Catalogue { get; }

    public ModelsApi Models { get; }

    public GatesApi Gates { get; }

    public PromotionsApi Promotions { get; }

    public DeploymentsApi Deployments { get; }

    public CanariesApi Canaries { get; }

    public HooksApi Hooks { get; }

    /// <summary>A client that signs in by name and password: to make a token with, which is better kept than a password.</summary>
    public static WeighClient WithPassword(Uri server, string user, string password, HttpMessageHandler? handler = null)
    {
        var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
        return new WeighClient(new ApiConnection(server, new AuthenticationHeaderValue("Basic", pair), handler));
    }

    /// <summary>Whether the server answers and is ready for requests.</summary>
    public Task<bool> IsReadyAsync(CancellationToken cancellation = default) => _connection.ProbeAsync("/ready", cancellation);

    public void Dispose() => _connection.Dispose();
}
