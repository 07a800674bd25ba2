using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Commits;
using Weighhouse.Versioning.Refs;
using Weighhouse.Versioning.Repositories;

namespace Weighhouse.Versioning.Workspace.Session;

/// <summary>
/// The history of a workspace: one repository in a SQLite database beside the objects, served by the same code as a server's. Open only
/// while it is asked: one process at a time has it.
/// </summary>
internal sealed class WorkspaceGraph : IAsyncDisposable
{
    /// <summary>The one repository of a workspace.</summary>
    public const string Repository = "workspace";

    /// <summary>A server keeps its repositories' default branch from being deleted; here every branch is its user's to delete.</summary>
    private const string NoBranch = "workspace/none";

    private static readonly MigrationSource Schema = new("versioning", typeof(WorkspaceGraph).Assembly);

    private readonly OpenDatabase _opened;
    private readonly IObjectStore _store;
    private readonly TimeProvider _time;
    private readonly VersioningOptions _options = new();
    private readonly CommitService _commits;
    private ServiceProvider? _services;

    /// <summary>By hand, not by a container of services, whose setting up takes longer than most commands.</summary>
    private WorkspaceGraph(OpenDatabase opened, IObjectStore store, TimeProvider time)
    {
        (_opened, _store, _time) = (opened, store, time);
        var graphs = new CommitGraphs(_options);
        _commits = new CommitService(opened.Database, store, graphs, time, _options);
        Refs = new RefService(
            opened.Database, _commits, graphs, null, new NoAudit(), time, _options, NullLogger<RefService>.Instance);
    }

    public static Principal Caller => Principal.Local;

    public IRefs Refs { get; }

    public ICommits Commits => _commits;

    /// <summary>What few commands need, from the container that a server has: so that a new service is not forgotten here.</summary>
    public T Get<T>()
        where T : notnull => (_services ??= MakeServices()).GetRequiredService<T>();

    public static ValueTask<Result<WorkspaceGraph>> OpenAsync(
        WorkspaceFolder folder, IObjectStore store, TimeProvider time, CancellationToken cancellation) =>
        WorkspaceLock.TryUntilAsync(() => OpenNowAsync(folder, store, time, cancellation), time, cancellation);

    /// <summary>Without waiting for another command that uses it.</summary>
    public static async ValueTask<Result<WorkspaceGraph>> OpenNowAsync(
        WorkspaceFolder folder, IObjectStore store, TimeProvider time, CancellationToken cancellation)
    {
        var options = new DatabaseOptions { DataDirectory = folder.Records, ReadersMax = 2, SqliteCacheKiB = 2_048 };
        if (!(await DataModule.OpenAsync(options, [Schema], time, cancellation)).TryGet(out var opened, out var error)) return error;
        var graph = new WorkspaceGraph(opened, store, time);
        var prepared = await graph.PrepareAsync(cancellation);
        if (!prepared.IsFailure) return graph;
        await graph.DisposeAsync();
        return prepared.Error;
    }

    public async ValueTask DisposeAsync()
    {
        if (_services is not null) await _services.DisposeAsync();
        await _opened.DisposeAsync();
    }

    private ServiceProvider MakeServices()
    {
        var services = new ServiceCollection();
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddSingleton(_time);
        services.AddSingleton<IAuditLog, NoAudit>();
        // Opened by us: the container must not close them.
        services.AddSingleton(_opened.Database);
        services.AddSingleton(_store);
        services.AddVersioning(_options);
        return services.BuildServiceProvider();
    }

    private async ValueTask<Result<Done>> PrepareAsync(CancellationToken cancellation)
    {
        var repositories = new RepositoryService(_opened.Database, new NoAudit(), _time, _options);
        var found = await repositories.GetAsync(Caller, Repository, cancellation);
        if (found.Error?.Code == ErrorCode.NotFound)
            found = await repositories.CreateAsync(Caller, new NewRepository(Repository, DefaultBranch: NoBranch), cancellation);
        return found.Map(static _ => Done.Value);
    }

    /// <summary>A workspace belongs to one person, whose log of refs says what they did.</summary>
    private sealed class NoAudit : IAuditLog
    {
        public ValueTask AppendAsync(AuditEntry entry, CancellationToken cancellation) => ValueTask.CompletedTask;
    }
}
