using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Versioning.Checks;
using Weighhouse.Versioning.Commits;
using Weighhouse.Versioning.Lineage;
using Weighhouse.Versioning.Merges;
using Weighhouse.Versioning.Refs;
using Weighhouse.Versioning.Repositories;

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
        services.AddSingleton<CommitMaker>();
        services.AddSingleton<IMerges, MergeService>();
        services.AddSingleton<ILineage, LineageService>();
        services.AddSingleton<Roots>();
        services.AddSingleton<ILiveObjects, LiveGraph>();
        services.AddSingleton<IGraphCheck, GraphCheck>();
        return services;
    }
}
