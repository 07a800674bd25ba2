using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Weighhouse.Wire.Dvc;
using Weighhouse.Wire.GitLfs;
using Weighhouse.Wire.Grpc;
using Weighhouse.Wire.Grpc.Transport;
using Weighhouse.Wire.Hub;
using Weighhouse.Wire.Mlflow.Routing;
using Weighhouse.Wire.MlflowScoring;
using Weighhouse.Wire.OpenInference;
using Weighhouse.Wire.TensorFlowServing;

namespace Weighhouse.Wire;

/// <summary>The protocols of other tools, each a view of our modules: unmodified clients take Weighhouse for their own server.</summary>
public static class WireModule
{
    public static IServiceCollection AddWire(
        this IServiceCollection services, MlflowOptions? mlflow = null, GitLfsOptions? gitLfs = null, GrpcOptions? grpc = null,
        OpenInferenceOptions? openInference = null, TensorFlowServingOptions? tensorFlowServing = null,
        MlflowScoringOptions? mlflowScoring = null)
    {
        services.AddSingleton(mlflow ?? new MlflowOptions());
        services.TryAddSingleton<MlflowBackend>();
        services.AddSingleton(gitLfs ?? new GitLfsOptions());
        services.TryAddSingleton<LfsBackend>();
        services.TryAddSingleton<DvcBackend>();
        services.TryAddSingleton<HubBackend>();
        services.AddSingleton(openInference ?? new OpenInferenceOptions());
        services.TryAddSingleton<OpenInferenceBackend>();
        services.AddSingleton(tensorFlowServing ?? new TensorFlowServingOptions());
        services.TryAddSingleton<RestBackend>();
        services.AddSingleton(mlflowScoring ?? new MlflowScoringOptions());
        services.TryAddSingleton<ScoringBackend>();
        services.AddSingleton(grpc ?? new GrpcOptions());
        services.TryAddSingleton(provider => new MessageMemory(provider.GetRequiredService<GrpcOptions>().MessagesBytesMax));
        services.TryAddSingleton<GrpcBackend>();
        return services;
    }

    /// <summary>What is asked of no endpoint: a gRPC client understands only gRPC's own answer. Belongs before who asks is asked.</summary>
    public static IApplicationBuilder UseWire(this IApplicationBuilder app)
    {
        GrpcEndpoints.RefuseUnknown(app);
        return app;
    }

    public static IEndpointRouteBuilder MapWire(this IEndpointRouteBuilder routes)
    {
        MlflowEndpoints.Map(routes);
        LfsEndpoints.Map(routes);
        DvcEndpoints.Map(routes);
        HubEndpoints.Map(routes);
        OpenInferenceEndpoints.Map(routes);
        RestEndpoints.Map(routes);
        ScoringEndpoints.Map(routes);
        GrpcEndpoints.Map(routes);
        return routes;
    }
}
