using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Weighhouse.Wire.Dvc;
using Weighhouse.Wire.GitLfs;
using Weighhouse.Wire.Hub;
using Weighhouse.Wire.Mlflow.Routing;

namespace Weighhouse.Wire;

/// <summary>The protocols of other tools, each a view of our modules: unmodified clients take Weighhouse for their own server.</summary>
public static class WireModule
{
    public static IServiceCollection AddWire(
        this IServiceCollection services, MlflowOptions? mlflow = null, GitLfsOptions? gitLfs = null)
    {
        services.AddSingleton(mlflow ?? new MlflowOptions());
        services.TryAddSingleton<MlflowBackend>();
        services.AddSingleton(gitLfs ?? new GitLfsOptions());
        services.TryAddSingleton<LfsBackend>();
        services.TryAddSingleton<DvcBackend>();
        services.TryAddSingleton<HubBackend>();
        return services;
    }

    public static IEndpointRouteBuilder MapWire(this IEndpointRouteBuilder routes)
    {
        MlflowEndpoints.Map(routes);
        LfsEndpoints.Map(routes);
        DvcEndpoints.Map(routes);
        HubEndpoints.Map(routes);
        return routes;
    }
}
