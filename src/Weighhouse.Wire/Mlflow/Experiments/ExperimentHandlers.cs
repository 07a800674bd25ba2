using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Wire.Mlflow.Replies;
using Weighhouse.Wire.Mlflow.Routing;

namespace Weighhouse.Wire.Mlflow.Experiments;

internal static class ExperimentHandlers
{
    private const int SearchDefault = 1_000;
    private const int SearchMax = 50_000;
    private const int DatasetExperimentsMax = 20;

    public static readonly MlflowHandler Create = Handle.Of(
        static fields => new NewExperiment(fields.Required("name"), Blank(fields.Text("artifact_location")), fields.Tags("tags")),
        static async (call, experiment) => MlflowReply.Json(
            await call.Experiments.CreateAsync(call.Caller, experiment, call.Cancellation),
            static (json, made) => json.WriteString("experiment_id"u8, made.Id.ToString())));

    public static readonly MlflowHandler Get = Handle.Of(
        static fields => fields.Experiment("experiment_id"),
        static async (call, id) => MlflowReply.Json(
            await call.Experiments.GetAsync(call.Caller, id, call.Cancellation), ExperimentJson.WriteMember));

    public static readonly MlflowHandler GetByName = Handle.Of(
        static fields => fields.Required("experiment_name"),
        static async (call, name) => MlflowReply.Json(
            await call.Experiments.GetByNameAsync(call.Caller, name, call.Cancellation), ExperimentJson.WriteMember));

    public static readonly MlflowHandler Search = Handle.Of(
        static fields => new ExperimentSearch(
            fields.Text("filter"),
            fields.Texts("order_by"),
            fields.View("view_type"),
            fields.Page(SearchDefault, SearchMax),
            SearchDialect.Mlflow),
        static async (call, search) => PageReply<Experiment>.Of(
            "experiments", await call.Experiments.SearchAsync(call.Caller, search, call.Cancellation), ExperimentJson.Write));

    public static readonly MlflowHandler Update = Handle.Of(
        static fields => (Id: fields.Experiment("experiment_id"), Name: fields.Required("new_name")),
        static async (call, request) => MlflowReply.Done(
            await call.Experiments.RenameAsync(call.Caller, request.Id, request.Name, call.Cancellation)));

    public static readonly MlflowHandler Delete = Handle.Of(
        static fields => fields.Experiment("experiment_id"),
        static async (call, id) => MlflowReply.Done(await call.Experiments.DeleteAsync(call.Caller, id, call.Cancellation)));

    public static readonly MlflowHandler Restore = Handle.Of(
        static fields => fields.Experiment("experiment_id"),
        static async (call, id) => MlflowReply.Done(await call.Experiments.RestoreAsync(call.Caller, id, call.Cancellation)));

    public static readonly MlflowHandler SetTag = Handle.Of(
        static fields => (Id: fields.Experiment("experiment_id"), Tag: fields.Tag()),
        static async (call, request) => MlflowReply.Done(
            await call.Experiments.SetTagAsync(call.Caller, request.Id, request.Tag, call.Cancellation)));

    public static readonly MlflowHandler DeleteTag = Handle.Of(
        static fields => (Id: fields.Experiment("experiment_id"), Key: fields.Required("key")),
        static async (call, request) => MlflowReply.Done(
            await call.Experiments.DeleteTagAsync(call.Caller, request.Id, request.Key, call.Cancellation)));

    public static readonly MlflowHandler SearchDatasets = Handle.Of(
        static fields =>
        {
            var given = fields.Texts("experiment_ids").Count;
            if (given == 0)
                fields.Problems.Add(Error.Invalid("SearchDatasets request must specify at least one experiment_id."));
            if (given > DatasetExperimentsMax)
            {
                fields.Problems.Add(Error.Invalid(
                    $"SearchDatasets request cannot specify more than {DatasetExperimentsMax} experiment_ids."
                    + $" Received {given} experiment_ids."));
            }

            return fields.Experiments("experiment_ids");
        },
        static async (call, experiments) => MlflowReply.Json(
            await call.Runs.SearchDatasetsAsync(call.Caller, experiments, call.Cancellation),
            static (json, summaries) =>
            {
                if (summaries.Count == 0) return;
                json.WriteStartArray("dataset_summaries"u8);
                foreach (var summary in summaries)
                {
                    json.WriteStartObject();
                    json.WriteString("experiment_id"u8, summary.Experiment.ToString());
                    json.WriteString("name"u8, summary.Name);
                    json.WriteString("digest"u8, summary.Digest);
                    json.WriteOptional("context"u8, summary.Context);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }));

    private static string? Blank(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
