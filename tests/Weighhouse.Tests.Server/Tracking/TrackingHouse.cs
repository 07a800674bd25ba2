using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking;

namespace Weighhouse.Tests.Server.Tracking;

/// <summary>The tracking module on a fresh database, with an audit log that only remembers.</summary>
internal sealed class TrackingHouse : IAsyncDisposable
{
    private readonly TestDatabase _database;

    private TrackingHouse(TestDatabase database) => _database = database;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public IDatabase Database => _database.Database;

    public IExperiments Experiments => _database.Get<IExperiments>();

    public IRuns Runs => _database.Get<IRuns>();

    public IMetrics Metrics => _database.Get<IMetrics>();

    public ILoggedModels Models => _database.Get<ILoggedModels>();

    public RememberedAudit Audit => (RememberedAudit)_database.Get<IAuditLog>();

    public static async Task<TrackingHouse> StartAsync(
        DatabaseEngine engine, Action<IServiceCollection>? add = null, TrackingOptions? options = null) =>
        new(await TestDatabase.StartAsync(engine, services =>
        {
            services.AddLogging();
            services.AddSingleton<IAuditLog, RememberedAudit>();
            add?.Invoke(services);
            services.AddTracking(options);
        }));

    public static Principal Viewer(params string[] projects) =>
        new(PrincipalKind.User, "vera", [.. projects.Select(project => new Grant(Role.Viewer, Scope.OfProject(project)))]);

    public static Principal Contributor(params string[] projects) =>
        new(PrincipalKind.User, "carl", [.. projects.Select(project => new Grant(Role.Contributor, Scope.OfProject(project)))]);

    public async Task<Experiment> AddExperimentAsync(string name, string? project = null) =>
        Got(await Experiments.CreateAsync(Principal.Local, new NewExperiment(name, Project: project), Cancellation));

    public async Task<Run> AddRunAsync(ExperimentId experiment, string? name = null, params Tag[] tags) =>
        Got(await Runs.CreateAsync(Principal.Local, new NewRun(experiment, "ann", 1_700_000_000_000, name, tags), Cancellation));

    public async Task<LoggedModel> AddModelAsync(
        string name, RunId? source, IReadOnlyList<Param>? parameters = null, IReadOnlyList<Tag>? tags = null) =>
        Got(await Models.CreateAsync(
            Principal.Local, new NewLoggedModel(ExperimentId.Default, name, "agent", source, parameters, tags), Cancellation));

    public async Task<Run> GetAsync(RunId run) => Got(await Runs.GetAsync(Principal.Local, run, Cancellation));

    public async Task LogAsync(RunId run, RunBatch batch) => Got(await Metrics.LogBatchAsync(Principal.Local, run, batch, Cancellation));

    /// <summary>A search of the default experiment, or of others, in MLflow's words.</summary>
    public static RunSearch Search(string filter, IReadOnlyList<ExperimentId>? experiments = null, StageView view = StageView.ActiveOnly) =>
        new(experiments ?? [ExperimentId.Default], filter, [], view, new PageRequest(100), SearchDialect.Mlflow);

    public async Task<IReadOnlyList<RunId>> SearchAsync(string filter, StageView view = StageView.ActiveOnly) =>
        [.. Got(await Runs.SearchAsync(Principal.Local, Search(filter, null, view), Cancellation)).Items.Select(static run => run.Info.Id)];

    /// <summary>The value, where only a value is right.</summary>
    public static T Got<T>(Result<T> result)
    {
        Assert.False(result.IsFailure, result.Error?.ToString());
        return result.Value;
    }

    /// <summary>The error, where only an error is right.</summary>
    public static Error Refused<T>(Result<T> result, ErrorCode code, string message)
    {
        Assert.True(result.IsFailure, $"Succeeded; expected: {message}");
        Assert.Equal(message, result.Error.Message);
        Assert.Equal(code, result.Error.Code);
        return result.Error;
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    internal sealed class RememberedAudit : IAuditLog
    {
        private readonly ConcurrentQueue<AuditEntry> _entries = new();

        public IReadOnlyCollection<AuditEntry> Entries => _entries;

        public ValueTask AppendAsync(AuditEntry entry, CancellationToken cancellation)
        {
            _entries.Enqueue(entry);
            return default;
        }
    }
}
