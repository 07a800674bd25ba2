using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Aliases;
using Weighhouse.Versioning.Api;
using Weighhouse.Versioning.Catalogue;
using Weighhouse.Versioning.Checks;
using Weighhouse.Versioning.Commits;
using Weighhouse.Versioning.Content;
using Weighhouse.Versioning.Files;
using Weighhouse.Versioning.Lineage;
using Weighhouse.Versioning.Locks;
using Weighhouse.Versioning.Merges;
using Weighhouse.Versioning.Refs;
using Weighhouse.Versioning.Repositories;
using Weighhouse.Versioning.Transfer;
using Weighhouse.Versioning.Workspace.Remotes;
using Weighhouse.Versioning.Workspace.Session;
using Weighhouse.Versioning.Workspace;

namespace Weighhouse.Versioning;

/// <summary>Repositories: commits, trees, branches, tags, and how they follow from each other.</summary>
public static class VersioningModule
{
    public static IServiceCollection AddVersioning(this IServiceCollection services, VersioningOptions? options = null)
    {
        services.AddSingleton(new MigrationSource("versioning", typeof(VersioningModule).Assembly));
        services.AddSingleton(options ?? new VersioningOptions());
        services.AddSingleton<CommitGraphs>();
        services.AddSingleton<IRepositories, RepositoryService>();
        services.AddSingleton<CommitService>();
        services.AddSingleton<ICommits>(static provider => provider.GetRequiredService<CommitService>());
        services.AddSingleton<IRefs, RefService>();
        services.AddSingleton<IGovernedRepositories, GovernedRepositories>();
        services.AddSingleton<CommitMaker>();
        services.AddSingleton<IMerges, MergeService>();
        services.AddSingleton<ILineage, LineageService>();
        services.AddSingleton<Roots>();
        services.AddSingleton<KeptRecount>();
        services.AddSingleton<ILiveObjects, LiveGraph>();
        services.AddSingleton<IRepackHints, VersionHints>();
        services.AddSingleton<IGraphCheck, GraphCheck>();
        services.AddSingleton<IFiles, FileService>();
        services.AddSingleton<IAliases, AliasService>();
        services.AddSingleton<ILiveObjects, LiveAliases>();
        services.AddSingleton<ILocks, LockService>();
        services.AddSingleton<IContents, ContentService>();
        services.AddSingleton<CatalogueSignal>();
        services.AddSingleton<SchemaReader>();
        services.AddSingleton<CatalogueLook>();
        services.AddSingleton<ICatalogue, CatalogueService>();
        services.AddSingleton<CatalogueKeeper>();
        services.AddHostedService(static provider => provider.GetRequiredService<CatalogueKeeper>());
        services.AddSingleton<Uploads>();
        services.AddSingleton<Pushes>();
        services.AddSingleton<Pulls>();
        return services;
    }

    /// <summary>The workspace that a folder lies in, or that the environment names. NotFound when there is none.</summary>
    /// <param name="variables">Usually <see cref="Environment.GetEnvironmentVariable(string)"/>.</param>
    /// <param name="tokenOf">The token that is kept for a server; null for none.</param>
    public static Result<IWorkspace> FindWorkspace(
        string from, TimeProvider time, IdGenerator ids, Func<string, string?> variables, Func<Uri, string?>? tokenOf = null) =>
        WorkspaceFolder.Find(from, variables)
            .Map<IWorkspace>(folder => new WorkingCopy(folder, new WorkspaceEnvironment(time, ids, variables, tokenOf)));

    /// <summary>Makes a workspace of a folder.</summary>
    /// <param name="records">Where history and state shall lie; null for <c>.weigh</c> in the folder.</param>
    public static Result<IWorkspace> CreateWorkspace(
        string root, string? records, string branch, TimeProvider time, IdGenerator ids, Func<string, string?> variables,
        Func<Uri, string?>? tokenOf = null) =>
        WorkspaceFolder.Create(root, records, branch)
            .Map<IWorkspace>(folder => new WorkingCopy(folder, new WorkspaceEnvironment(time, ids, variables, tokenOf)));

    /// <summary>
    /// Whether there is a workspace or a repository at an address, asked before anything is made to hold a copy; returns its name.
    /// </summary>
    public static ValueTask<Result<string>> ReachRemoteAsync(
        string address, string from, TimeProvider time, IdGenerator ids, Func<string, string?> variables, Func<Uri, string?>? tokenOf,
        CancellationToken cancellation) =>
        RemoteOpening.ReachAsync(address, from, new WorkspaceEnvironment(time, ids, variables, tokenOf), cancellation);

    /// <summary>
    /// Maps the native API of this module: <c>/api/v1/repositories</c> and what is below them, <c>/api/v1/catalogue</c>,
    /// <c>/api/v1/lineage</c>, <c>/api/v1/store</c>, and <c>/repos/{repo}</c> for push and pull.
    /// </summary>
    public static IEndpointRouteBuilder MapVersioning(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/repositories").WithTags("Repositories");
        RepositoryEndpoints.Map(api);
        RefEndpoints.Map(api);
        HistoryEndpoints.Map(api);
        FileEndpoints.Map(api);
        FileEndpoints.MapRaw(routes);
        ContentEndpoints.Map(api);
        MergeEndpoints.Map(api);
        CatalogueEndpoints.Map(routes);
        LineageEndpoints.Map(routes);
        StoreEndpoints.Map(routes);
        TransferEndpoints.Map(routes);
        return routes;
    }
}
