using Microsoft.Extensions.Logging;
using Weighhouse.Access;
using Weighhouse.Registry;
using Weighhouse.Tracking;

namespace Weighhouse.Wire.Mlflow.Routing;

/// <summary>The modules this protocol is a view of.</summary>
internal sealed record MlflowBackend(
    IExperiments Experiments,
    IRuns Runs,
    IMetrics Metrics,
    IArtifacts Artifacts,
    ILoggedModels LoggedModels,
    IRegisteredModels RegisteredModels,
    IModelVersions ModelVersions,
    IUsers Users,
    MlflowOptions Options,
    ILogger<MlflowBackend> Logger);
