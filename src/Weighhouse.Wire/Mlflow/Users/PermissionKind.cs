using Weighhouse.Kernel;
using Weighhouse.Wire.Mlflow.Binding;
using Weighhouse.Wire.Mlflow.Routing;

namespace Weighhouse.Wire.Mlflow.Users;

/// <summary>What a permission is for: MLflow's two kinds of object, and how each is named.</summary>
/// <param name="Word">What messages call a permission of this kind.</param>
/// <param name="Member">The member of an answer that holds one.</param>
/// <param name="SubjectField">The field that names the object.</param>
/// <param name="ScopeKind">The kind of scope it is here.</param>
/// <param name="Bind">Reads the object's id or name.</param>
/// <param name="FindAsync">The object's scope; an error when there is no such object that the caller may see.</param>
internal sealed record PermissionKind(
    string Word,
    string Member,
    string SubjectField,
    string ScopeKind,
    Func<MlflowFields, string> Bind,
    Func<MlflowCall, string, ValueTask<Result<Scope>>> FindAsync)
{
    public static readonly PermissionKind Experiment = new(
        "Experiment",
        "experiment_permission",
        "experiment_id",
        "experiment",
        static fields => fields.Experiment("experiment_id").ToString(),
        static async (call, subject) => ExperimentId.TryParse(subject, out var id)
            ? (await call.Experiments.GetAsync(call.Caller, id, call.Cancellation))
                .Map(static found => Scope.Experiment(found.Project, found.Id))
            : Error.NotFound($"No Experiment with id={subject} exists"));

    public static readonly PermissionKind Model = new(
        "Registered model",
        "registered_model_permission",
        "name",
        "model",
        static fields => fields.Required("name"),
        static async (call, subject) => (await call.RegisteredModels.GetAsync(call.Caller, subject, call.Cancellation))
            .Map(static found => Scope.Model(found.Project, found.Name)));
}
