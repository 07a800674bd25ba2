using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.TestKit;
using Weighhouse.Tests.Server.Tracking;
using Weighhouse.Tracking;
using Weighhouse.Versioning;

namespace Weighhouse.Tests.Server.Registry;

/// <summary>The registry and what it stands on, on a fresh database.</summary>
internal sealed class RegistryHouse : IAsyncDisposable
{
    private readonly TemporaryFolder _blobs = new();
    private TestDatabase? _database;
    private OldSchema? _old;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public IRegisteredModels Models => _database!.Get<IRegisteredModels>();

    public IModelVersions Versions => _database!.Get<IModelVersions>();

    public IRegistryHistory History => _database!.Get<IRegistryHistory>();

    public ILoggedModels LoggedModels => _database!.Get<ILoggedModels>();

    public IExperiments Experiments => _database!.Get<IExperiments>();

    public IArtifacts Artifacts => _database!.Get<IArtifacts>();

    public IModelContent Content => _database!.Get<IModelContent>();

    public IRepositories Repositories => _database!.Get<IRepositories>();

    public IRefs Refs => _database!.Get<IRefs>();

    public ICommits Commits => _database!.Get<ICommits>();

    public IFiles Files => _database!.Get<IFiles>();

    public IStages Stages => _database!.Get<IStages>();

    public IGates Gates => _database!.Get<IGates>();

    public IPromotions Promotions => _database!.Get<IPromotions>();

    public IReadOnlyCollection<AuditEntry> Audit => ((TrackingHouse.RememberedAudit)_database!.Get<IAuditLog>()).Entries;

    public IEnumerable<ILiveObjects> Live => _database!.Services.GetServices<ILiveObjects>();

    public IStoreCare Store => _database!.Get<IObjectStore>().Care;

    public IRuns Runs => _database!.Get<IRuns>();

    public TestDatabase Database => _database!;

    public static Task<RegistryHouse> StartAsync(
        DatabaseEngine engine, TimeProvider? time = null, Action<IServiceCollection>? add = null) => StartAsync(engine, time, null, add);

    /// <summary>With the registry's tables as its first migration makes them, until <see cref="UpgradeAsync"/>.</summary>
    public static Task<RegistryHouse> StartOldAsync(DatabaseEngine engine) => StartAsync(engine, null, new OldSchema(1));

    /// <summary>Ends the old program and starts this one on its data.</summary>
    public Task UpgradeAsync()
    {
        _old = null;
        return _database!.OpenAsync();
    }

    private static async Task<RegistryHouse> StartAsync(
        DatabaseEngine engine, TimeProvider? time, OldSchema? old, Action<IServiceCollection>? add = null)
    {
        var house = new RegistryHouse { _old = old };
        house._database = await TestDatabase.StartAsync(engine, services =>
        {
            services.AddLogging();
            if (time is not null) services.AddSingleton(time);
            services.AddSingleton<IAuditLog, TrackingHouse.RememberedAudit>();
            services.AddBlobs(new BlobsOptions { Folder = house._blobs.Path });
            services.AddTracking();
            services.AddVersioning();
            if (house._old is { } schema) services.AddSingleton(new MigrationSource("registry", schema));
            else services.AddRegistry();
            add?.Invoke(services);
        });
        return house;
    }

    public async Task<RegisteredModel> AddModelAsync(string name, string? project = null, params Tag[] tags) =>
        TrackingHouse.Got(await Models.CreateAsync(Principal.Local, new NewRegisteredModel(name, null, tags, project), Cancellation));

    public async Task<ModelVersion> AddVersionAsync(string model, string source = "s3://bucket/model", params Tag[] tags) =>
        TrackingHouse.Got(await Versions.CreateAsync(Principal.Local, new NewModelVersion(model, source, Tags: tags), Cancellation));

    public async Task<IReadOnlyList<RegistryEvent>> EventsAsync(string model) =>
        TrackingHouse.Got(await History.ListAsync(Principal.Local, model, new PageRequest(1_000), Cancellation)).Items;

    public async Task<string[]> SearchModelsAsync(string? filter, Principal? caller = null, params string[] order)
    {
        var search = new ModelSearch(filter, order, new PageRequest(1_000), FilterDialect.Mlflow);
        var page = TrackingHouse.Got(await Models.SearchAsync(caller ?? Principal.Local, search, Cancellation));
        return [.. page.Items.Select(model => model.Name)];
    }

    public async Task<string[]> SearchVersionsAsync(string? filter, params string[] order)
    {
        var search = new VersionSearch(filter, order, new PageRequest(1_000), FilterDialect.Mlflow);
        var page = TrackingHouse.Got(await Versions.SearchAsync(Principal.Local, search, Cancellation));
        return [.. page.Items.Select(version => version.Id.ToString())];
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null) await _database.DisposeAsync();
        _blobs.Dispose();
    }
}
