using Weighhouse.Data;

namespace Weighhouse.Tests.Wire;

/// <summary>Servers of every kind a transcript is played against, each started when the first test asks for it.</summary>
public sealed class WireServers : IAsyncDisposable
{
    /// <summary>MLflow's own first password of its administrator.</summary>
    private const string AdminPassword = "password1234";

    private readonly Dictionary<(DatabaseEngine, bool), WireServer> _servers = [];

    /// <summary>Tests of one class ask one after the other.</summary>
    public async Task<WireServer> GetAsync(DatabaseEngine engine, bool signIn)
    {
        if (_servers.TryGetValue((engine, signIn), out var running)) return running;
        var server = new WireServer(engine, signIn ? AdminPassword : null);
        await server.InitializeAsync();
        _servers.Add((engine, signIn), server);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values) await server.DisposeAsync();
    }
}
