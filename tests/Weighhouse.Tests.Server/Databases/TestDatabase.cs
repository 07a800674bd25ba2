using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Server;

/// <summary>
/// A fresh database of the engine asked for, opened and migrated, gone at the end of the test:
/// <code>
/// await using var house = await TestDatabase.StartAsync(engine, services => services.AddTracking());
/// var runs = house.Get&lt;IRuns&gt;();
/// </code>
/// Every source of migrations and every service that <c>add</c> registers is there, as in the server.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly Action<IServiceCollection>? _add;
    private readonly List<IHostedService> _started = [];
    private ServiceProvider? _services;

    private TestDatabase(DatabaseOptions options, Action<IServiceCollection>? add)
    {
        Options = options;
        _add = add;
    }

    public DatabaseOptions Options { get; }

    public IDatabase Database => Get<IDatabase>();

    public IServiceProvider Services => _services ?? throw new InvalidOperationException("The database is not open.");

    public static async Task<TestDatabase> StartAsync(
        DatabaseEngine engine, Action<IServiceCollection>? add = null, Func<DatabaseOptions, DatabaseOptions>? with = null)
    {
        var options = await NewOptionsAsync(engine);
        var database = new TestDatabase(with is null ? options : with(options), add);
        await database.OpenAsync();
        return database;
    }

    /// <summary>Not opened yet, for tests that arrange the directory first.</summary>
    public static TestDatabase Closed(DatabaseOptions options) => new(options, null);

    /// <summary>A second replica: the same database, a data directory of its own. For PostgreSQL only.</summary>
    public async Task<TestDatabase> StartReplicaAsync()
    {
        Assert.Equal(DatabaseEngine.PostgreSql, Database.Engine);
        var directory = Directory.CreateTempSubdirectory("weighhouse-test-").FullName;
        var replica = new TestDatabase(Options with { DataDirectory = directory }, _add);
        await replica.OpenAsync();
        return replica;
    }

    /// <summary>Options that lead to a fresh database: for tests that start a whole server themselves.</summary>
    public static async Task<DatabaseOptions> NewOptionsAsync(DatabaseEngine engine)
    {
        var url = engine is DatabaseEngine.PostgreSql ? await (await PostgresServer.GetAsync()).CreateDatabaseAsync() : "";
        return new DatabaseOptions { Url = url, DataDirectory = Directory.CreateTempSubdirectory("weighhouse-test-").FullName };
    }

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Starts what the server runs in the background: the job runner and the modules' own services.</summary>
    public async Task StartBackgroundAsync()
    {
        foreach (var service in Services.GetServices<IHostedService>())
        {
            await service.StartAsync(TestContext.Current.CancellationToken);
            _started.Add(service);
        }
    }

    /// <summary>Closes the database as at the end of the server.</summary>
    public async Task CloseAsync()
    {
        if (_services is null) return;
        foreach (var service in Enumerable.Reverse(_started)) await service.StopAsync(CancellationToken.None);
        _started.Clear();
        await _services.DisposeAsync();
        _services = null;
    }

    /// <summary>Opens the same data again, as the next start of the server.</summary>
    public async Task OpenAsync()
    {
        var prepared = await TryOpenAsync();
        Assert.False(prepared.IsFailure, prepared.Error?.Message);
    }

    /// <summary>As <see cref="OpenAsync"/>, for tests that expect a refusal.</summary>
    public async Task<Result<Done>> TryOpenAsync()
    {
        await CloseAsync();
        var services = new ServiceCollection();
        _add?.Invoke(services);
        services.AddData(Options);
        _services = services.BuildServiceProvider();
        return await Get<IDatabaseStartup>().PrepareAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Directory.Delete(Options.DataDirectory, recursive: true);
    }
}
