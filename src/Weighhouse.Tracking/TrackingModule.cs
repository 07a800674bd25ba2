using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Tracking.Datasets;
using Weighhouse.Tracking.Events;
using Weighhouse.Tracking.Artifacts;
using Weighhouse.Tracking.Experiments;
using Weighhouse.Tracking.Keys;
using Weighhouse.Tracking.Metrics.Compaction;
using Weighhouse.Tracking.Metrics.Endpoints;
using Weighhouse.Tracking.Metrics.Envelopes;
using Weighhouse.Tracking.Metrics.History;
using Weighhouse.Tracking.Metrics.Logging;
using Weighhouse.Tracking.Metrics;
using Weighhouse.Tracking.Models;
using Weighhouse.Tracking.Runs;
using Weighhouse.Tracking.Search;
using Weighhouse.Tracking.Tags;

namespace Weighhouse.Tracking;

/// <summary>Experiments, runs, params, tags, metrics, datasets, logged models, artifacts, and the search over them.</summary>
public static class TrackingModule
{
    public static IServiceCollection AddTracking(this IServiceCollection services, TrackingOptions? options = null)
    {
        services.AddSingleton(new MigrationSource("tracking", typeof(TrackingModule).Assembly));
        services.AddSingleton(options ?? new TrackingOptions());
        services.AddSingleton<KeyDictionary>();
        AddExperiments(services);
        AddRuns(services);
        AddModels(services);
        AddMetrics(services);
        AddArtifacts(services);
        return services;
    }

    /// <summary>Maps the native API of this module: experiments, runs, logged models and what is below them.</summary>
    public static IEndpointRouteBuilder MapTracking(this IEndpointRouteBuilder routes)
    {
        ExperimentEndpoints.Map(routes);
        RunEndpoints.Map(routes);
        ModelEndpoints.Map(routes);
        MetricEndpoints.Map(routes);
        ChartEndpoints.Map(routes);
        EventEndpoints.Map(routes);
        return routes;
    }

    private static void AddMetrics(IServiceCollection services)
    {
        services.AddSingleton<TrackingEventHub>();
        services.AddSingleton<ITrackingEvents>(static provider => provider.GetRequiredService<TrackingEventHub>());
        services.AddSingleton<ReplicaPoller>();
        services.AddHostedService(static provider => provider.GetRequiredService<ReplicaPoller>());
        services.AddSingleton<CompactionQueue>();
        services.AddSingleton<SeriesCompactor>();
        services.AddSingleton<CompactionService>();
        services.AddHostedService(static provider => provider.GetRequiredService<CompactionService>());
        services.AddSingleton<BatchLogger>();
        services.AddSingleton<HistoryReader>();
        services.AddSingleton<SampleReader>();
        services.AddSingleton<EnvelopeReader>();
        services.AddSingleton<IMetrics, MetricStore>();
    }

    private static void AddExperiments(IServiceCollection services)
    {
        services.AddSingleton<ExperimentFinder>();
        services.AddSingleton<IExperiments, ExperimentService>();
    }

    private static void AddRuns(IServiceCollection services)
    {
        services.TryAddSingleton(new SearchTuning());
        services.AddSingleton<RunLoader>();
        services.AddSingleton<RunCreation>();
        services.AddSingleton<RunTags>();
        services.AddSingleton<RunInputs>();
        services.AddSingleton<RunFinder>();
        services.AddSingleton<RunCounter>();
        services.AddSingleton<RunKeyFinder>();
        services.AddSingleton<IRuns, RunService>();
    }

    private static void AddModels(IServiceCollection services)
    {
        services.AddSingleton<ModelFinder>();
        services.AddSingleton<ILoggedModels, ModelService>();
    }

    private static void AddArtifacts(IServiceCollection services)
    {
        services.AddSingleton<ArtifactScopes>();
        services.AddSingleton<Uploads>();
        services.AddSingleton<IArtifacts, ArtifactStore>();
        services.AddSingleton<AbandonedUploads>();
        services.AddHostedService(static provider => provider.GetRequiredService<AbandonedUploads>());
        services.AddSingleton<ILiveObjects, NamedContent>();
    }
}
