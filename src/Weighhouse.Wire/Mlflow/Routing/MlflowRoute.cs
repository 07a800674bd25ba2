using Weighhouse.Kernel;

namespace Weighhouse.Wire.Mlflow.Routing;

/// <summary>Under which paths an endpoint is found.</summary>
internal enum MlflowArea
{
    /// <summary>Below <c>/api/2.0/mlflow</c>, <c>/api/3.0/mlflow</c> and their <c>/ajax-api</c> twins, which MLflow's pages use.</summary>
    Api,
    /// <summary>Below <c>/api/2.0/mlflow-artifacts</c> and its <c>/ajax-api</c> twin.</summary>
    Artifacts,
    /// <summary>At the path as it is written.</summary>
    Root,
}

/// <summary>Which of MLflow's clients have the endpoint.</summary>
internal enum MlflowClients
{
    Both,
    Since3,
}

/// <summary>One endpoint: a line of the table in <see cref="MlflowRoutes"/>, and of docs/reference/mlflow-compatibility.md.</summary>
/// <param name="Note">What differs from MLflow, for the page; null when nothing does.</param>
internal sealed record MlflowRoute(
    MlflowArea Area,
    string Method,
    string Path,
    EndpointPolicy Policy,
    MlflowHandler Handler,
    MlflowClients Clients = MlflowClients.Both,
    string? Note = null)
{
    public const string AnyMethod = "*";

    public IEnumerable<string> Patterns => Area switch
    {
        MlflowArea.Api => MlflowPaths.Api.Select(prefix => $"{prefix}/{Path}"),
        MlflowArea.Artifacts => MlflowPaths.Artifacts.Select(prefix => $"{prefix}/{Path}"),
        _ => [Path],
    };
}

internal static class MlflowPaths
{
    public static readonly IReadOnlyList<string> Api =
        ["/api/2.0/mlflow", "/ajax-api/2.0/mlflow", "/api/3.0/mlflow", "/ajax-api/3.0/mlflow"];

    public static readonly IReadOnlyList<string> Artifacts = ["/api/2.0/mlflow-artifacts", "/ajax-api/2.0/mlflow-artifacts"];
}
