using Weighhouse.Kernel;
using Weighhouse.Wire.Mlflow.Artifacts;
using Weighhouse.Wire.Mlflow.Experiments;
using Weighhouse.Wire.Mlflow.LoggedModels;
using Weighhouse.Wire.Mlflow.Metrics;
using Weighhouse.Wire.Mlflow.Registry;
using Weighhouse.Wire.Mlflow.Runs;
using Weighhouse.Wire.Mlflow.Server;
using Weighhouse.Wire.Mlflow.Users;
using static Weighhouse.Wire.Mlflow.Routing.MlflowClients;

namespace Weighhouse.Wire.Mlflow.Routing;

/// <summary>Every endpoint of MLflow's protocol that Weighhouse answers, one a line. The page of compatibility is made from it.</summary>
internal static class MlflowRoutes
{
    private const string BareWords = "bare NaN and Infinity are taken as what they say";
    private const string FileNote = "a missing file answers 404, a directory 400; ranges and tags are served";
    private const string NoExtremeLost = "MLflow's steps, and those of the extremes between them";
    private const string NoTraces = "answers 501: traces are left to OpenTelemetry";
    private const string OwnPassword = "your own with a token: send current_password too";
    private const string PartNote = "where mpu/create sends the parts; the key in the address, good for 6 hours, stands for credentials"
        + " MLflow's client does not send";
    private const string SourceNote = "local paths are refused: artifacts are in the store";
    private const string SpansAt34 = "says 3.3.2: from 3.4 on clients would send spans";
    private const string TypoPath = "the path as 3.x publishes it";

    private static readonly Section Api = new(MlflowArea.Api);
    private static readonly Section Files = new(MlflowArea.Artifacts);
    private static readonly Section Root = new(MlflowArea.Root);

    public static readonly IReadOnlyList<MlflowRoute> Experiments =
    [
        Api.Write("POST", "experiments/create", ExperimentHandlers.Create),
        Api.Read("GET", "experiments/get", ExperimentHandlers.Get, note: "an id that is no number answers 404, not 500"),
        Api.Read("GET", "experiments/get-by-name", ExperimentHandlers.GetByName),
        Api.Read("POST", "experiments/search", ExperimentHandlers.Search, note: "without max_results: 1,000"),
        Api.Read("GET", "experiments/search", ExperimentHandlers.Search, note: "without max_results: 1,000"),
        Api.Write("POST", "experiments/update", ExperimentHandlers.Update),
        Api.Write("POST", "experiments/delete", ExperimentHandlers.Delete),
        Api.Write("POST", "experiments/restore", ExperimentHandlers.Restore),
        Api.Write("POST", "experiments/set-experiment-tag", ExperimentHandlers.SetTag),
        Api.Write("POST", "experiments/delete-experiment-tag", ExperimentHandlers.DeleteTag),
        Api.Read("POST", "experiments/search-datasets", ExperimentHandlers.SearchDatasets),
        Root.Read("POST", "/api/2.0mlflow/experiments/search-datasets", ExperimentHandlers.SearchDatasets, Since3, TypoPath),
        Root.Read("POST", "/ajax-api/2.0mlflow/experiments/search-datasets", ExperimentHandlers.SearchDatasets, Since3, TypoPath),
    ];

    public static readonly IReadOnlyList<MlflowRoute> Runs =
    [
        Api.Write("POST", "runs/create", RunHandlers.Create),
        Api.Read("GET", "runs/get", RunHandlers.Get),
        Api.Write("POST", "runs/update", RunHandlers.Update, note: "an unknown status answers 400"),
        Api.Write("POST", "runs/delete", RunHandlers.Delete),
        Api.Write("POST", "runs/restore", RunHandlers.Restore),
        Api.Read("POST", "runs/search", RunHandlers.Search),
        Api.Write("POST", "runs/set-tag", RunHandlers.SetTag),
        Api.Write("POST", "runs/delete-tag", RunHandlers.DeleteTag),
        Api.Write("POST", "runs/log-parameter", RunHandlers.LogParameter),
        Api.Write("POST", "runs/log-metric", MetricHandlers.LogMetric, note: BareWords),
        Api.Write("POST", "runs/log-batch", MetricHandlers.LogBatch, note: BareWords),
        Api.Write("POST", "runs/log-inputs", RunHandlers.LogInputs),
        Api.Write("POST", "runs/outputs", RunHandlers.LogOutputs, Since3),
        Api.Write("POST", "runs/log-model", RunHandlers.LogModel),
        Api.Read("GET", "metrics/get-history", MetricHandlers.History, note: "without max_results: pages of 25,000"),
        Api.Read("GET", "metrics/get-history-bulk", ChartHandlers.Bulk),
        Api.Read("GET", "metrics/get-history-bulk-interval", ChartHandlers.BulkInterval, note: NoExtremeLost),
    ];

    public static readonly IReadOnlyList<MlflowRoute> Artifacts =
    [
        Api.Read("GET", "artifacts/list", ArtifactHandlers.ListOfRun),
        Api.Write("POST", "upload-artifact", ArtifactHandlers.UploadToRun),
        Root.Read("GET", "/get-artifact", ArtifactHandlers.GetOfRun),
        Files.Read("GET", "artifacts", ArtifactHandlers.List),
        Files.Read("GET", "artifacts/{**path}", ArtifactHandlers.Get, note: FileNote),
        Files.Read("HEAD", "artifacts/{**path}", ArtifactHandlers.Get),
        Files.Write("PUT", "artifacts/{**path}", ArtifactHandlers.Put),
        Files.Write("DELETE", "artifacts/{**path}", ArtifactHandlers.Delete),
        Files.Write("POST", "mpu/create/{**path}", UploadHandlers.Create, note: "works on every storage"),
        Files.Write("POST", "mpu/complete/{**path}", UploadHandlers.Complete),
        Files.Write("POST", "mpu/abort/{**path}", UploadHandlers.Abort),
        new(MlflowArea.Artifacts, "PUT", "mpu/parts/{upload}/{part}", Policy.Anyone, UploadHandlers.PutPart, Note: PartNote),
    ];

    public static readonly IReadOnlyList<MlflowRoute> LoggedModels =
    [
        Api.Write("POST", "logged-models", LoggedModelHandlers.Create, Since3),
        Api.Read("POST", "logged-models/search", LoggedModelHandlers.Search, Since3),
        Api.Read("GET", "logged-models/{model_id}", LoggedModelHandlers.Get, Since3),
        Api.Write("PATCH", "logged-models/{model_id}", LoggedModelHandlers.Finish, Since3),
        Api.Write("DELETE", "logged-models/{model_id}", LoggedModelHandlers.Delete, Since3),
        Api.Write("PATCH", "logged-models/{model_id}/tags", LoggedModelHandlers.SetTags, Since3),
        Api.Write("DELETE", "logged-models/{model_id}/tags/{**key}", LoggedModelHandlers.DeleteTag, Since3),
        Api.Write("POST", "logged-models/{model_id}/params", LoggedModelHandlers.LogParams, Since3),
        Api.Read("GET", "logged-models/{model_id}/artifacts/directories", LoggedModelHandlers.ListArtifacts, Since3),
        Api.Read("GET", "logged-models/{model_id}/artifacts/files", LoggedModelHandlers.GetArtifact, Since3),
    ];

    public static readonly IReadOnlyList<MlflowRoute> Registry =
    [
        Api.Write("POST", "registered-models/create", RegisteredModelHandlers.Create),
        Api.Read("GET", "registered-models/get", RegisteredModelHandlers.Get),
        Api.Read("GET", "registered-models/search", RegisteredModelHandlers.Search),
        Api.Write("PATCH", "registered-models/update", RegisteredModelHandlers.Update),
        Api.Write("POST", "registered-models/rename", RegisteredModelHandlers.Rename),
        Api.Write("DELETE", "registered-models/delete", RegisteredModelHandlers.Delete, note: "the history stays"),
        Api.Write("POST", "registered-models/set-tag", RegisteredModelHandlers.SetTag),
        Api.Write("DELETE", "registered-models/delete-tag", RegisteredModelHandlers.DeleteTag),
        Api.Write("POST", "registered-models/alias", RegisteredModelHandlers.SetAlias),
        Api.Write("DELETE", "registered-models/alias", RegisteredModelHandlers.DeleteAlias),
        Api.Read("GET", "registered-models/alias", RegisteredModelHandlers.GetByAlias, note: "\"latest\" is the highest version"),
        Api.Read("POST", "registered-models/get-latest-versions", RegisteredModelHandlers.LatestVersions),
        Api.Read("GET", "registered-models/get-latest-versions", RegisteredModelHandlers.LatestVersions),
        Api.Write("POST", "model-versions/create", ModelVersionHandlers.Create, note: SourceNote),
        Api.Read("GET", "model-versions/get", ModelVersionHandlers.Get),
        Api.Read("GET", "model-versions/search", ModelVersionHandlers.Search),
        Api.Write("PATCH", "model-versions/update", ModelVersionHandlers.Update),
        Api.Write("POST", "model-versions/transition-stage", ModelVersionHandlers.Transition),
        Api.Write("DELETE", "model-versions/delete", ModelVersionHandlers.Delete, note: "the history stays"),
        Api.Write("POST", "model-versions/set-tag", ModelVersionHandlers.SetTag),
        Api.Write("DELETE", "model-versions/delete-tag", ModelVersionHandlers.DeleteTag),
        Api.Read("GET", "model-versions/get-download-uri", ModelVersionHandlers.DownloadUri),
        Root.Read("GET", "/model-versions/get-artifact", ModelVersionHandlers.GetArtifact),
    ];

    public static readonly IReadOnlyList<MlflowRoute> Users =
    [
        Api.Manage("POST", "users/create", UserHandlers.Create, "a password has 8 to 1,024 characters"),
        new(MlflowArea.Api, "GET", "users/get", Policy.SignedIn, UserHandlers.Get),
        new(MlflowArea.Api, "PATCH", "users/update-password", Policy.SignedIn, UserHandlers.UpdatePassword, Note: OwnPassword),
        Api.Manage("PATCH", "users/update-admin", UserHandlers.UpdateAdmin, "the last administrator stays one"),
        Api.Manage("DELETE", "users/delete", UserHandlers.Delete),
        Api.Manage("POST", "experiments/permissions/create", PermissionHandlers.OfExperiments.Create),
        Api.Manage("GET", "experiments/permissions/get", PermissionHandlers.OfExperiments.Get),
        Api.Manage("PATCH", "experiments/permissions/update", PermissionHandlers.OfExperiments.Update),
        Api.Manage("DELETE", "experiments/permissions/delete", PermissionHandlers.OfExperiments.Delete),
        Api.Manage("POST", "registered-models/permissions/create", PermissionHandlers.OfModels.Create),
        Api.Manage("GET", "registered-models/permissions/get", PermissionHandlers.OfModels.Get),
        Api.Manage("PATCH", "registered-models/permissions/update", PermissionHandlers.OfModels.Update),
        Api.Manage("DELETE", "registered-models/permissions/delete", PermissionHandlers.OfModels.Delete),
    ];

    public static readonly IReadOnlyList<MlflowRoute> Server =
    [
        new(MlflowArea.Root, "GET", "/version", Policy.Anyone, ServerHandlers.Version, Note: SpansAt34),
    ];

    public static readonly IReadOnlyList<MlflowRoute> Unsupported =
    [
        Api.Refuse("traces/{**rest}", ServerHandlers.Unsupported("Traces"), Both, NoTraces),
        Api.Refuse("unified-traces/{**rest}", ServerHandlers.Unsupported("Traces"), Since3, NoTraces),
        Api.Refuse("get-online-trace-details/{**rest}", ServerHandlers.Unsupported("Traces"), Since3, NoTraces),
        Api.Refuse("get-trace-artifact/{**rest}", ServerHandlers.Unsupported("Traces"), Both, NoTraces),
        Root.Refuse("/v1/traces", ServerHandlers.Spans, Since3, NoTraces),
        Api.Refuse("datasets/{**rest}", ServerHandlers.Unsupported("Evaluation datasets"), Since3),
        Api.Refuse("scorers/{**rest}", ServerHandlers.Unsupported("Scorers"), Since3),
        Api.Refuse("webhooks/{**rest}", ServerHandlers.Unsupported("Webhooks"), Since3),
        Api.Refuse("gateway-proxy/{**rest}", ServerHandlers.Unsupported("Gateways"), Both),
        Api.Refuse("runs/create-promptlab-run/{**rest}", ServerHandlers.Unsupported("Prompt labs"), Both),
        Root.Refuse("/graphql", ServerHandlers.Unsupported("GraphQL queries"), Both, "answers 501: MLflow's own pages alone use it"),
    ];

    public static readonly IReadOnlyList<MlflowRoute> All =
        [.. Experiments, .. Runs, .. Artifacts, .. LoggedModels, .. Registry, .. Users, .. Server, .. Unsupported];

    /// <summary>Endpoints below one set of paths; what they ask of the caller is in the verb.</summary>
    private sealed class Section(MlflowArea area)
    {
        public MlflowRoute Read(string method, string path, MlflowHandler handler, MlflowClients clients = Both, string? note = null) =>
            new(area, method, path, Policy.View, handler, clients, note);

        public MlflowRoute Write(string method, string path, MlflowHandler handler, MlflowClients clients = Both, string? note = null) =>
            new(area, method, path, Policy.Contribute, handler, clients, note);

        public MlflowRoute Manage(string method, string path, MlflowHandler handler, string? note = null) =>
            new(area, method, path, Policy.Administer, handler, Note: note);

        public MlflowRoute Refuse(string path, MlflowHandler handler, MlflowClients clients, string note = "answers 501") =>
            new(area, MlflowRoute.AnyMethod, path, Policy.SignedIn, handler, clients, note);
    }
}
