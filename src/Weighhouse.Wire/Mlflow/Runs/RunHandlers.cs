using System.Text.Json;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Wire.Mlflow.Binding;
using Weighhouse.Wire.Mlflow.Metrics;
using Weighhouse.Wire.Mlflow.Replies;
using Weighhouse.Wire.Mlflow.Routing;

namespace Weighhouse.Wire.Mlflow.Runs;

internal static class RunHandlers
{
    private const int SearchDefault = 1_000;
    private const int SearchMax = 50_000;

    public static readonly MlflowHandler Create = Handle.Json(
        static fields => new NewRun(
            fields.Experiment("experiment_id"),
            fields.Text("user_id"),
            fields.Long("start_time"),
            fields.Text("run_name"),
            fields.Tags("tags")),
        static (call, run) => call.Runs.CreateAsync(call.Caller, run, call.Cancellation),
        RunJson.WriteMember);

    public static readonly MlflowHandler Get = Handle.Json(
        static fields => fields.Run(),
        static (call, id) => call.Runs.GetAsync(call.Caller, id, call.Cancellation),
        RunJson.WriteMember);

    public static readonly MlflowHandler Update = Handle.Json(
        static fields => (Id: fields.Run(), Change: new RunChange(Status(fields), fields.Long("end_time"), fields.Text("run_name"))),
        static (call, request) => call.Runs.UpdateAsync(call.Caller, request.Id, request.Change, call.Cancellation),
        static (json, info) =>
        {
            json.WritePropertyName("run_info"u8);
            RunJson.WriteInfo(json, info);
        });

    public static readonly MlflowHandler Delete = Handle.Done(
        static fields => fields.Run(),
        static (call, id) => call.Runs.DeleteAsync(call.Caller, id, call.Cancellation));

    public static readonly MlflowHandler Restore = Handle.Done(
        static fields => fields.Run(),
        static (call, id) => call.Runs.RestoreAsync(call.Caller, id, call.Cancellation));

    public static readonly MlflowHandler SetTag = Handle.Done(
        static fields => (Id: fields.Run(), Tag: fields.Tag()),
        static (call, request) => call.Runs.SetTagAsync(call.Caller, request.Id, request.Tag, call.Cancellation));

    public static readonly MlflowHandler DeleteTag = Handle.Done(
        static fields => (Id: fields.Run(), Key: fields.Required("key")),
        static (call, request) => call.Runs.DeleteTagAsync(call.Caller, request.Id, request.Key, call.Cancellation));

    public static readonly MlflowHandler LogParameter = Handle.Of(
        static fields => (fields.Run(), new RunBatch([], [new Param(fields.Required("key"), fields.Text("value") ?? "")], [])),
        MetricHandlers.LogOneAsync);

    public static readonly MlflowHandler LogInputs = Handle.Done(
        static fields =>
        {
            var inputs = (Id: fields.Run(), Datasets: fields.Items("datasets", Input), Models: fields.Items("models", ModelIn));
            // In 2.x datasets were all there was to log; a client of 3.x may have nothing to say.
            if (!fields.Has("datasets") && !fields.Has("models") && fields.ClientMajor is not >= 3) fields.Problems.Missing("datasets");
            return inputs;
        },
        static (call, request) => call.Runs.LogInputsAsync(call.Caller, request.Id, request.Datasets, request.Models, call.Cancellation));

    public static readonly MlflowHandler LogOutputs = Handle.Done(
        static fields => (Id: fields.Run(), Models: fields.Items("models", ModelOut)),
        static (call, request) => call.Runs.LogOutputsAsync(call.Caller, request.Id, request.Models, call.Cancellation));

    public static readonly MlflowHandler LogModel = Handle.Done(
        static fields =>
        {
            var request = (Id: fields.Run(), Json: fields.Required("model_json"));
            if (fields.Problems.First is null && CheckModel(request.Json) is { } error) fields.Problems.Add(error);
            return request;
        },
        static (call, request) => call.Runs.AppendModelHistoryAsync(call.Caller, request.Id, request.Json, call.Cancellation));

    public static readonly MlflowHandler Search = Handle.Of(
        static fields => new RunSearch(
            fields.Experiments("experiment_ids"),
            fields.Text("filter"),
            fields.Texts("order_by"),
            fields.View("run_view_type"),
            fields.Page(SearchDefault, SearchMax),
            SearchDialect.Mlflow),
        static async (call, search) => search.Experiments.Count == 0
            ? MlflowReply.Empty
            : PageReply<Run>.Of("runs", await call.Runs.SearchAsync(call.Caller, search, call.Cancellation), RunJson.Write));

    private static RunStatus? Status(MlflowFields fields) => fields.Word(
        "status",
        ("RUNNING", 1, RunStatus.Running),
        ("SCHEDULED", 2, RunStatus.Scheduled),
        ("FINISHED", 3, RunStatus.Finished),
        ("FAILED", 4, RunStatus.Failed),
        ("KILLED", 5, RunStatus.Killed));

    private static DatasetInput Input(MlflowFields fields)
    {
        var dataset = fields.Inner("dataset");
        return new DatasetInput(
            new Dataset(
                dataset.Required("name"),
                dataset.Required("digest"),
                dataset.Text("source_type") ?? "",
                dataset.Text("source") ?? "",
                dataset.Text("schema"),
                dataset.Text("profile")),
            fields.Tags("tags"));
    }

    private static ModelInput ModelIn(MlflowFields fields) => new(new LoggedModelId(fields.Required("model_id")));

    private static ModelOutput ModelOut(MlflowFields fields) =>
        new(new LoggedModelId(fields.Required("model_id")), fields.Long("step") ?? 0);

    /// <summary>MLflow checks the four fields its own readers need.</summary>
    private static Error? CheckModel(string modelJson)
    {
        try
        {
            using var model = JsonDocument.Parse(BareNumbers.Quote(System.Text.Encoding.UTF8.GetBytes(modelJson)) is { } quoted
                ? System.Text.Encoding.UTF8.GetString(quoted)
                : modelJson);
            if (model.RootElement.ValueKind is not JsonValueKind.Object) return NotJson();
            string[] missing = [.. ModelFields.Where(field => !model.RootElement.TryGetProperty(field, out _))];
            return missing.Length == 0
                ? null
                : Error.Invalid($"Model json is missing mandatory fields: {string.Join(", ", missing)}", "model_json");
        }
        catch (JsonException)
        {
            return NotJson();
        }
    }

    private static readonly string[] ModelFields = ["artifact_path", "flavors", "utc_time_created", "run_id"];

    private static Error NotJson() => Error.Invalid("Malformed model info. The field model_json is not a JSON object.", "model_json");
}
