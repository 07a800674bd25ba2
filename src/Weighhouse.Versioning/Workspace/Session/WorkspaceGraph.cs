using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;

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

    private readonly ServiceProvider _services;

    private WorkspaceGraph(ServiceProvider services) => _services = services;

    public static Principal Caller => Principal.Local;

    public IRefs Refs => _services.GetRequiredService<IRefs>();

    public ICommits Commits => _services.GetRequiredService<ICommits>();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public static ValueTask<Result<WorkspaceGraph>> OpenAsync(
        WorkspaceFolder folder, IObjectStore store, TimeProvider time, CancellationToken cancellation) =>
        WorkspaceLock.TryUntilAsync(() => TryOpenAsync(folder, store, time, cancellation), time, cancellation);

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static async ValueTask<Result<WorkspaceGraph>> TryOpenAsync(
        WorkspaceFolder folder, IObjectStore store, TimeProvider time, CancellationToken cancellation)
    {
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddSingleton(time);
        services.AddSingleton<IAuditLog, NoAudit>();
        services.AddData(new DatabaseOptions { DataDirectory = folder.Records, ReadersMax = 2, SqliteCacheKiB = 2_048 });
        // The caller's: the container must not close it.
        services.AddSingleton(store);
        services.AddVersioning();
        var graph = new WorkspaceGraph(services.BuildServiceProvider());
        var prepared = await graph.PrepareAsync(cancellation);
        if (!prepared.IsFailure) return graph;
        await graph.DisposeAsync();
        return prepared.Error;
    }

    private async ValueTask<Result<Done>> PrepareAsync(CancellationToken cancellation)
    {
        var database = await Get<IDatabaseStartup>().PrepareAsync(cancellation);
        if (database.IsFailure) return database;
        var repositories = Get<IRepositories>();
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
