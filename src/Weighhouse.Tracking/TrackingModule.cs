using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Data;
using Weighhouse.Tracking.Events;
using Weighhouse.Tracking.Experiments;
using Weighhouse.Tracking.Keys;
using Weighhouse.Tracking.Metrics;
using Weighhouse.Tracking.Metrics.Compaction;
using Weighhouse.Tracking.Metrics.Envelopes;
using Weighhouse.Tracking.Metrics.History;
using Weighhouse.Tracking.Metrics.Logging;
using Weighhouse.Tracking.Runs;

namespace Weighhouse.Tracking;

/// <summary>Experiments, runs, params, tags, metrics, datasets, logged models, artifacts, and the search over them.</summary>
public static class TrackingModule
{
    public static IServiceCollection AddTracking(this IServiceCollection services, TrackingOptions? options = null)
    {
        services.AddSingleton(new MigrationSource("tracking", typeof(TrackingModule).Assembly));
        services.AddSingleton(options ?? new TrackingOptions());
        services.AddSingleton<KeyDictionary>();
        AddMetrics(services);
        return services;
    }

    /// <summary>Maps the native API of this module, <c>/api/v1/experiments</c>, <c>/api/v1/runs</c> and what is below them.</summary>
    public static IEndpointRouteBuilder MapTracking(this IEndpointRouteBuilder routes)
    {
        return routes;
    }

    private static void AddMetrics(IServiceCollection services)
    {
        services.AddSingleton<TrackingEventHub>();
        services.AddSingleton<ITrackingEvents>(static provider => provider.GetRequiredService<TrackingEventHub>());
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
}
