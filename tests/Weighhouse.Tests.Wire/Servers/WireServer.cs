using Microsoft.AspNetCore.Builder;
using Weighhouse.Kernel;
using Weighhouse.Settings;
using Weighhouse.TestKit;

namespace Weighhouse.Tests.Wire;

/// <summary>The whole server in this process, on a free port over a fresh directory, for the tests of one class.</summary>
public sealed class WireServer : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private WebApplication? _app;

    public HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public IServiceProvider Services => _app!.Services;

    public async ValueTask InitializeAsync()
    {
        var settings = ServerSettings.FromOptions(
            (ServerSetting.Data, _folder.Path),
            (ServerSetting.Port, "0"),
            (ServerSetting.GrpcPort, "off"),
            (ServerSetting.LogLevel, "warning"));
        var started = await WeighApp.StartAsync(settings, CancellationToken.None);
        Invariant.That(!started.IsFailure, started.Error?.Message);
        _app = started.Value;
        Client.BaseAddress = new Uri(_app.Urls.First());
    }

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
