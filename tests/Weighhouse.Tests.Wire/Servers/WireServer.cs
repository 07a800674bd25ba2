using Microsoft.AspNetCore.Builder;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Settings;
using Weighhouse.TestKit;
using Weighhouse.Tests.Server;

namespace Weighhouse.Tests.Wire;

/// <summary>The whole server in this process, on a free port over a fresh directory.</summary>
public sealed class WireServer : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly DatabaseEngine _engine;
    private readonly string? _adminPassword;
    private WebApplication? _app;

    /// <summary>On SQLite, where nobody needs to sign in: for the tests of one class.</summary>
    public WireServer()
        : this(DatabaseEngine.Sqlite, null)
    {
    }

    /// <param name="adminPassword">Everybody signs in, and this is the first administrator's password; null where nobody does.</param>
    internal WireServer(DatabaseEngine engine, string? adminPassword)
    {
        _engine = engine;
        _adminPassword = adminPassword;
    }

    public HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    /// <summary>Where gRPC is spoken: http://127.0.0.1:PORT</summary>
    public Uri GrpcUrl { get; private set; } = new("http://127.0.0.1");

    public IServiceProvider Services => _app!.Services;

    public async ValueTask InitializeAsync()
    {
        List<(Setting, string)> options =
        [
            (ServerSetting.Data, _folder.Path),
            (ServerSetting.Port, "0"),
            (ServerSetting.GrpcPort, "0"),
            (ServerSetting.LogLevel, "error"),
        ];
        if (_engine is DatabaseEngine.PostgreSql)
            options.Add((ServerSetting.Database, await (await PostgresServer.GetAsync()).CreateDatabaseAsync()));
        if (_adminPassword is not null) options.AddRange([(ServerSetting.Auth, "required"), (ServerSetting.AdminPassword, _adminPassword)]);
        var started = await WeighApp.StartAsync(ServerSettings.FromOptions([.. options]), CancellationToken.None);
        Invariant.That(!started.IsFailure, started.Error?.Message);
        _app = started.Value;
        Client.BaseAddress = new Uri(_app.Urls.First());
        GrpcUrl = new Uri(_app.Urls.Last());
    }

    /// <summary>As SIGTERM does it: what is in flight is answered.</summary>
    public Task StopAsync() => _app!.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        _folder.Dispose();
    }
}
