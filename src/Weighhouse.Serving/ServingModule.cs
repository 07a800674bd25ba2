using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Serving.Batching;
using Weighhouse.Serving.Canaries;
using Weighhouse.Serving.Content;
using Weighhouse.Serving.Deployments;
using Weighhouse.Serving.Fleet;
using Weighhouse.Serving.Loading;
using Weighhouse.Serving.Prediction;
using Weighhouse.Serving.Runtimes;
using Weighhouse.Serving.Runtimes.Onnx;
using Weighhouse.Serving.Runtimes.Python;

namespace Weighhouse.Serving;

/// <summary>Deployments, the versions they keep loaded, and predictions.</summary>
public static class ServingModule
{
    public static IServiceCollection AddServing(this IServiceCollection services, ServingOptions options)
    {
        services.AddSingleton(new MigrationSource("serving", typeof(ServingModule).Assembly));
        services.AddSingleton(options);
        services.AddSingleton<IModelRuntime, OnnxModelRuntime>();
        services.AddSingleton<WorkerStart>();
        services.AddSingleton<IModelRuntime, PythonModelRuntime>();
        services.AddMetrics();
        services.AddSingleton<ServingMetrics>();
        services.AddSingleton<BatchParts>();
        services.AddSingleton<ModelFolders>();
        services.AddSingleton<VersionLoader>();
        services.AddSingleton<DeploymentStore>();
        services.AddSingleton<DeploymentWriter>();
        services.AddSingleton<RoutedModels>();
        services.AddSingleton<ServingFleet>();
        // The fleet reads deployments; a change of one only wakes it.
        services.AddSingleton(static provider => new Lazy<ServingFleet>(provider.GetRequiredService<ServingFleet>));
        services.AddHostedService(static provider => provider.GetRequiredService<ServingFleet>());
        services.AddSingleton<DeploymentService>();
        services.AddSingleton<IDeployments>(static provider => provider.GetRequiredService<DeploymentService>());
        services.AddSingleton<CanaryStore>();
        services.AddSingleton<CanaryTallies>();
        services.AddSingleton<CanaryService>();
        services.AddSingleton<ICanaries>(static provider => provider.GetRequiredService<CanaryService>());
        services.AddHostedService<CanaryKeeper>();
        services.AddSingleton<IServedModels, ServedModels>();
        services.AddSingleton<IPredictor, Predictor>();
        return services;
    }

    /// <summary>Which Python models would run in, and whether shut in. Unavailable, with the cure, when there is none.</summary>
    public static Task<Result<PythonReport>> TryPythonAsync(
        PythonOptions options, IdGenerator ids, TimeProvider time, CancellationToken cancellation) =>
        PythonExamination.RunAsync(options, ids, time, cancellation);

    /// <summary>Maps the native API of this module: <c>/api/v1/deployments</c>.</summary>
    public static IEndpointRouteBuilder MapServing(this IEndpointRouteBuilder routes)
    {
        DeploymentEndpoints.Map(routes);
        CanaryEndpoints.Map(routes);
        return routes;
    }
}
