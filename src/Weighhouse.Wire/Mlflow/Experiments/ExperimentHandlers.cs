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

    public static readonly MlflowHandler Create = Handle.Json(
        static fields => new NewExperiment(fields.Required("name"), fields.TextOrNull("artifact_location"), fields.Tags("tags")),
        static (call, experiment) => call.Experiments.CreateAsync(call.Caller, experiment, call.Cancellation),
        static (json, made) => json.WriteString("experiment_id"u8, made.Id.ToString()));

    public static readonly MlflowHandler Get = Handle.Json(
        static fields => fields.Experiment("experiment_id"),
        static (call, id) => call.Experiments.GetAsync(call.Caller, id, call.Cancellation),
        ExperimentJson.WriteMember);

    public static readonly MlflowHandler GetByName = Handle.Json(
        static fields => fields.Required("experiment_name"),
        static (call, name) => call.Experiments.GetByNameAsync(call.Caller, name, call.Cancellation),
        ExperimentJson.WriteMember);

    public static readonly MlflowHandler Search = Handle.Page(
        static fields => new ExperimentSearch(
            fields.Text("filter"),
            fields.Texts("order_by"),
            fields.View("view_type"),
            fields.Page(SearchDefault, SearchMax),
            SearchDialect.Mlflow),
        static (call, search) => call.Experiments.SearchAsync(call.Caller, search, call.Cancellation),
        "experiments",
        ExperimentJson.Write);

    public static readonly MlflowHandler Update = Handle.Done(
        static fields => (Id: fields.Experiment("experiment_id"), Name: fields.Required("new_name")),
        static (call, request) => call.Experiments.RenameAsync(call.Caller, request.Id, request.Name, call.Cancellation));

    public static readonly MlflowHandler Delete = Handle.Done(
        static fields => fields.Experiment("experiment_id"),
        static (call, id) => call.Experiments.DeleteAsync(call.Caller, id, call.Cancellation));

    public static readonly MlflowHandler Restore = Handle.Done(
        static fields => fields.Experiment("experiment_id"),
        static (call, id) => call.Experiments.RestoreAsync(call.Caller, id, call.Cancellation));

    public static readonly MlflowHandler SetTag = Handle.Done(
        static fields => (Id: fields.Experiment("experiment_id"), Tag: fields.Tag()),
        static (call, request) => call.Experiments.SetTagAsync(call.Caller, request.Id, request.Tag, call.Cancellation));

    public static readonly MlflowHandler DeleteTag = Handle.Done(
        static fields => (Id: fields.Experiment("experiment_id"), Key: fields.Required("key")),
        static (call, request) => call.Experiments.DeleteTagAsync(call.Caller, request.Id, request.Key, call.Cancellation));

    public static readonly MlflowHandler SearchDatasets = Handle.Json(
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
        static (call, experiments) => call.Runs.SearchDatasetsAsync(call.Caller, experiments, call.Cancellation),
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
        });
}
