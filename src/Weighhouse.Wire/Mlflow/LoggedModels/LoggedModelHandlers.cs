using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Wire.Mlflow.Artifacts;
using Weighhouse.Wire.Mlflow.Binding;
using Weighhouse.Wire.Mlflow.Replies;
using Weighhouse.Wire.Mlflow.Routing;

namespace Weighhouse.Wire.Mlflow.LoggedModels;

internal static class LoggedModelHandlers
{
    private const int SearchDefault = 100;
    private const int SearchMax = 50_000;
    private const string TagsAnchor = "/tags/";

    public static readonly MlflowHandler Create = Handle.Json(
        static fields =>
        {
            var source = fields.Text("source_run_id");
            return new NewLoggedModel(
                fields.Experiment("experiment_id"),
                fields.TextOrNull("name"),
                fields.Text("model_type"),
                string.IsNullOrEmpty(source) ? null : new RunId(source),
                fields.Params("params"),
                fields.Tags("tags"));
        },
        static (call, model) => call.LoggedModels.CreateAsync(call.Caller, model, call.Cancellation),
        LoggedModelJson.WriteMember);

    public static readonly MlflowHandler Get = Handle.Json(
        Id,
        static (call, id) => call.LoggedModels.GetAsync(call.Caller, id, call.Cancellation),
        LoggedModelJson.WriteMember);

    public static readonly MlflowHandler Finish = Handle.Json(
        static fields =>
        {
            if (!fields.Has("status")) fields.Problems.Missing("status");
            var status = fields.Word(
                "status",
                ("LOGGED_MODEL_PENDING", 1, LoggedModelStatus.Pending),
                ("LOGGED_MODEL_READY", 2, LoggedModelStatus.Ready),
                ("LOGGED_MODEL_UPLOAD_FAILED", 3, LoggedModelStatus.UploadFailed));
            return (Id: Id(fields), Status: status ?? LoggedModelStatus.Pending);
        },
        static (call, request) => call.LoggedModels.FinalizeAsync(call.Caller, request.Id, request.Status, call.Cancellation),
        LoggedModelJson.WriteMember);

    public static readonly MlflowHandler Delete = Handle.Done(
        Id,
        static (call, id) => call.LoggedModels.DeleteAsync(call.Caller, id, call.Cancellation));

    public static readonly MlflowHandler SetTags = Handle.Done(
        static fields => (Id: Id(fields), Tags: fields.Tags("tags")),
        static (call, request) => call.LoggedModels.SetTagsAsync(call.Caller, request.Id, request.Tags, call.Cancellation));

    /// <summary>The key ends the URL and may itself have slashes.</summary>
    public static readonly MlflowHandler DeleteTag = Handle.Of(
        Id,
        static async (call, id) => ArtifactTarget.TextAfter(call.Http, $"/{id}{TagsAnchor}").TryGet(out var key, out var error)
            ? MlflowReply.Done(await call.LoggedModels.DeleteTagAsync(call.Caller, id, key, call.Cancellation))
            : error);

    public static readonly MlflowHandler LogParams = Handle.Done(
        static fields => (Id: Id(fields), Params: fields.Params("params")),
        static (call, request) => call.LoggedModels.LogParamsAsync(call.Caller, request.Id, request.Params, call.Cancellation));

    public static readonly MlflowHandler Search = Handle.Page(
        static fields =>
        {
            if (fields.Texts("experiment_ids").Count == 0) fields.Problems.Missing("experiment_ids");
            return new LoggedModelSearch(
                fields.Experiments("experiment_ids"),
                fields.TextOrNull("filter"),
                fields.Items("datasets", static dataset => (dataset.Required("dataset_name"), dataset.TextOrNull("dataset_digest"))),
                fields.Items("order_by", static order => new LoggedModelOrder(
                    order.Required("field_name"),
                    !order.Has("ascending") || order.Flag("ascending"),
                    order.TextOrNull("dataset_name"),
                    order.TextOrNull("dataset_digest"))),
                fields.Page(SearchDefault, SearchMax),
                SearchDialect.Mlflow);
        },
        static (call, search) => call.LoggedModels.SearchAsync(call.Caller, search, call.Cancellation),
        "models",
        LoggedModelJson.Write);

    public static readonly MlflowHandler ListArtifacts = Handle.Of(
        static fields => (Id: Id(fields), Path: ArtifactTarget.Bind(fields, "artifact_directory_path")),
        static async (call, request) =>
        {
            var found = await call.LoggedModels.GetAsync(call.Caller, request.Id, call.Cancellation);
            return found.TryGet(out var model, out var error)
                ? await ArtifactLists.BelowAsync(call, model.ArtifactUri, request.Path)
                : error;
        });

    public static readonly MlflowHandler GetArtifact = Handle.Of(
        static fields =>
        {
            if (string.IsNullOrEmpty(fields.Text("artifact_file_path")))
            {
                fields.Problems.Add(Error.Invalid(
                    "Request must include the \"artifact_file_path\" query parameter.", "artifact_file_path"));
            }

            return (Id: Id(fields), Path: ArtifactTarget.Bind(fields, "artifact_file_path"));
        },
        static async (call, request) =>
        {
            var found = await call.LoggedModels.GetAsync(call.Caller, request.Id, call.Cancellation);
            return found.TryGet(out var model, out var error)
                ? await ArtifactReply.OfAsync(call, ArtifactHandlers.Below(call, model.ArtifactUri, request.Path))
                : error;
        });

    private static LoggedModelId Id(MlflowFields fields) => new(fields.Route("model_id"));
}
