using Weighhouse.Kernel;
using Weighhouse.Wire.Mlflow.Artifacts;
using Weighhouse.Wire.Mlflow.Experiments;
using Weighhouse.Wire.Mlflow.LoggedModels;
using Weighhouse.Wire.Mlflow.Metrics;
using Weighhouse.Wire.Mlflow.Runs;
using Weighhouse.Wire.Mlflow.Server;
using static Weighhouse.Wire.Mlflow.Routing.MlflowArea;
using static Weighhouse.Wire.Mlflow.Routing.MlflowClients;

namespace Weighhouse.Wire.Mlflow.Routing;

/// <summary>Every endpoint of MLflow's protocol that Weighhouse answers, one a line. The page of compatibility is made from it.</summary>
internal static class MlflowRoutes
{
    private const string NoTraces = "answers 501: traces are left to OpenTelemetry";

    public static readonly IReadOnlyList<MlflowRoute> Experiments =
    [
        new(Api, "POST", "experiments/create", Policy.Contribute, ExperimentHandlers.Create),
        new(Api, "GET", "experiments/get", Policy.View, ExperimentHandlers.Get, Note: "an id that is no number answers 404, not 500"),
        new(Api, "GET", "experiments/get-by-name", Policy.View, ExperimentHandlers.GetByName),
        new(Api, "POST", "experiments/search", Policy.View, ExperimentHandlers.Search, Note: "without max_results: 1,000"),
        new(Api, "GET", "experiments/search", Policy.View, ExperimentHandlers.Search, Note: "without max_results: 1,000"),
        new(Api, "POST", "experiments/update", Policy.Contribute, ExperimentHandlers.Update),
        new(Api, "POST", "experiments/delete", Policy.Contribute, ExperimentHandlers.Delete),
        new(Api, "POST", "experiments/restore", Policy.Contribute, ExperimentHandlers.Restore),
        new(Api, "POST", "experiments/set-experiment-tag", Policy.Contribute, ExperimentHandlers.SetTag),
        new(Api, "POST", "experiments/delete-experiment-tag", Policy.Contribute, ExperimentHandlers.DeleteTag),
        new(Api, "POST", "experiments/search-datasets", Policy.View, ExperimentHandlers.SearchDatasets),
        new(Root, "POST", "/api/2.0mlflow/experiments/search-datasets", Policy.View, ExperimentHandlers.SearchDatasets, Since3, "the path as 3.x publishes it"),
        new(Root, "POST", "/ajax-api/2.0mlflow/experiments/search-datasets", Policy.View, ExperimentHandlers.SearchDatasets, Since3, "the path as 3.x publishes it"),
    ];

    public static readonly IReadOnlyList<MlflowRoute> Runs =
    [
        new(Api, "POST", "runs/create", Policy.Contribute, RunHandlers.Create),
        new(Api, "GET", "runs/get", Policy.View, RunHandlers.Get),
        new(Api, "POST", "runs/update", Policy.Contribute, RunHandlers.Update, Note: "an unknown status answers 400"),
        new(Api, "POST", "runs/delete", Policy.Contribute, RunHandlers.Delete),
        new(Api, "POST", "runs/restore", Policy.Contribute, RunHandlers.Restore),
        new(Api, "POST", "runs/search", Policy.View, RunHandlers.Search),
        new(Api, "POST", "runs/set-tag", Policy.Contribute, RunHandlers.SetTag),
        new(Api, "POST", "runs/delete-tag", Policy.Contribute, RunHandlers.DeleteTag),
        new(Api, "POST", "runs/log-parameter", Policy.Contribute, RunHandlers.LogParameter),
        new(Api, "POST", "runs/log-metric", Policy.Contribute, MetricHandlers.LogMetric, Note: "bare NaN and Infinity are taken as what they say"),
        new(Api, "POST", "runs/log-batch", Policy.Contribute, MetricHandlers.LogBatch, Note: "bare NaN and Infinity are taken as what they say"),
        new(Api, "POST", "runs/log-inputs", Policy.Contribute, RunHandlers.LogInputs),
        new(Api, "POST", "runs/outputs", Policy.Contribute, RunHandlers.LogOutputs, Since3),
        new(Api, "POST", "runs/log-model", Policy.Contribute, RunHandlers.LogModel),
        new(Api, "GET", "metrics/get-history", Policy.View, MetricHandlers.History, Note: "without max_results: pages of 25,000"),
        new(Api, "GET", "metrics/get-history-bulk", Policy.View, ChartHandlers.Bulk),
        new(Api, "GET", "metrics/get-history-bulk-interval", Policy.View, ChartHandlers.BulkInterval, Note: "keeps every bucket's minimum and maximum"),
    ];

    public static readonly IReadOnlyList<MlflowRoute> Artifacts =
    [
        new(Api, "GET", "artifacts/list", Policy.View, ArtifactHandlers.ListOfRun),
        new(Api, "POST", "upload-artifact", Policy.Contribute, ArtifactHandlers.UploadToRun),
        new(Root, "GET", "/get-artifact", Policy.View, ArtifactHandlers.GetOfRun),
        new(MlflowArea.Artifacts, "GET", "artifacts", Policy.View, ArtifactHandlers.List),
        new(MlflowArea.Artifacts, "GET", "artifacts/{**path}", Policy.View, ArtifactHandlers.Get, Note: "a missing file answers 404, a directory 400; ranges and tags are served"),
        new(MlflowArea.Artifacts, "HEAD", "artifacts/{**path}", Policy.View, ArtifactHandlers.Get),
        new(MlflowArea.Artifacts, "PUT", "artifacts/{**path}", Policy.Contribute, ArtifactHandlers.Put),
        new(MlflowArea.Artifacts, "DELETE", "artifacts/{**path}", Policy.Contribute, ArtifactHandlers.Delete),
        new(MlflowArea.Artifacts, "POST", "mpu/create/{**path}", Policy.Contribute, UploadHandlers.Create, Note: "works on every storage"),
        new(MlflowArea.Artifacts, "POST", "mpu/complete/{**path}", Policy.Contribute, UploadHandlers.Complete),
        new(MlflowArea.Artifacts, "POST", "mpu/abort/{**path}", Policy.Contribute, UploadHandlers.Abort),
        new(MlflowArea.Artifacts, "PUT", "mpu/parts/{upload}/{part}", Policy.Contribute, UploadHandlers.PutPart, Note: "where mpu/create sends the parts"),
    ];

    public static readonly IReadOnlyList<MlflowRoute> LoggedModels =
    [
        new(Api, "POST", "logged-models", Policy.Contribute, LoggedModelHandlers.Create, Since3),
        new(Api, "POST", "logged-models/search", Policy.View, LoggedModelHandlers.Search, Since3),
        new(Api, "GET", "logged-models/{model_id}", Policy.View, LoggedModelHandlers.Get, Since3),
        new(Api, "PATCH", "logged-models/{model_id}", Policy.Contribute, LoggedModelHandlers.Finish, Since3),
        new(Api, "DELETE", "logged-models/{model_id}", Policy.Contribute, LoggedModelHandlers.Delete, Since3),
        new(Api, "PATCH", "logged-models/{model_id}/tags", Policy.Contribute, LoggedModelHandlers.SetTags, Since3),
        new(Api, "DELETE", "logged-models/{model_id}/tags/{**key}", Policy.Contribute, LoggedModelHandlers.DeleteTag, Since3),
        new(Api, "POST", "logged-models/{model_id}/params", Policy.Contribute, LoggedModelHandlers.LogParams, Since3),
        new(Api, "GET", "logged-models/{model_id}/artifacts/directories", Policy.View, LoggedModelHandlers.ListArtifacts, Since3),
        new(Api, "GET", "logged-models/{model_id}/artifacts/files", Policy.View, LoggedModelHandlers.GetArtifact, Since3),
    ];

    public static readonly IReadOnlyList<MlflowRoute> Server =
    [
        new(Root, "GET", "/version", Policy.Anyone, ServerHandlers.Version, Note: "says 3.3.2: from 3.4 on clients would send spans"),
    ];

    public static readonly IReadOnlyList<MlflowRoute> Unsupported =
    [
        .. Family("traces", "Traces", Both, NoTraces),
        .. Family("unified-traces", "Traces", Since3, NoTraces),
        .. Family("get-online-trace-details", "Traces", Since3, NoTraces),
        .. Family("get-trace-artifact", "Traces", Both, NoTraces),
        new(Root, MlflowRoute.AnyMethod, "/v1/traces", Policy.SignedIn, ServerHandlers.Spans, Since3, NoTraces),
        .. Family("datasets", "Evaluation datasets", Since3),
        .. Family("scorers", "Scorers", Since3),
        .. Family("webhooks", "Webhooks", Since3),
        .. Family("gateway-proxy", "Gateways", Both),
        .. Family("runs/create-promptlab-run", "Prompt labs", Both),
        new(Root, MlflowRoute.AnyMethod, "/graphql", Policy.SignedIn, ServerHandlers.Unsupported("GraphQL queries"), Both, "answers 501: MLflow's own pages alone use it"),
    ];

    public static readonly IReadOnlyList<MlflowRoute> All = [.. Experiments, .. Runs, .. Artifacts, .. LoggedModels, .. Server, .. Unsupported];

    /// <summary>A path and all below it.</summary>
    private static IEnumerable<MlflowRoute> Family(string path, string what, MlflowClients clients, string note = "answers 501") =>
    [
        new(Api, MlflowRoute.AnyMethod, path + "/{**rest}", Policy.SignedIn, ServerHandlers.Unsupported(what), clients, note),
    ];
}
