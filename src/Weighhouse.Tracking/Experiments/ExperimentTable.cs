using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Experiments;

/// <summary>Reads experiments inside a session.</summary>
internal static class ExperimentTable
{
    /// <summary>The columns that <see cref="Read"/> expects, in order.</summary>
    public const string Columns = "e.experiment_no, e.project, e.name, e.artifact_location, e.lifecycle, e.created_ms, e.updated_ms";

    private static readonly SqlText FindExperiment = TrackingSql.Catalog["FindExperiment"];
    private static readonly SqlText FindExperimentByName = TrackingSql.Catalog["FindExperimentByName"];
    private static readonly SqlText ListExperiments = TrackingSql.Catalog["ListExperiments"];
    private static readonly SqlText ListExperimentTags = TrackingSql.Catalog["ListExperimentTags"];

    /// <summary>Without its tags; NotFound when there is none, a refusal when the caller lacks the permission on it.</summary>
    public static async ValueTask<Result<Experiment>> FindAsync(
        DbSession session, Principal caller, ExperimentId id, Permission permission)
    {
        var found = await session.Prepare(FindExperiment).Bind("experiment_no", id.Number).FirstAsync(Read);
        if (found is null) return NotFound(id);
        return caller.Refuse(permission, Scope.Experiment(found.Project, found.Id)) is { } refusal ? refusal : found;
    }

    /// <summary>As <see cref="FindAsync"/>, for changes of an experiment that is not deleted.</summary>
    public static async ValueTask<Result<Experiment>> FindActiveAsync(DbSession session, Principal caller, ExperimentId id)
    {
        var result = await FindAsync(session, caller, id, Permission.Contribute);
        if (!result.TryGet(out var found, out var error)) return error;
        if (found.Lifecycle is LifecycleStage.Active) return found;
        return Error.Invalid($"The experiment {id} must be in the 'active' state. Current state is deleted.", "experiment_id");
    }

    public static ValueTask<Experiment?> FindByNameAsync(DbSession session, string name) =>
        session.Prepare(FindExperimentByName).Bind("name", name).FirstAsync(Read);

    /// <summary>The project of an experiment, deleted or not; null when there is none.</summary>
    public static async ValueTask<string?> ProjectOfAsync(DbSession session, ExperimentId id) =>
        (await session.Prepare(FindExperiment).Bind("experiment_no", id.Number).FirstAsync(Read))?.Project;

    /// <summary>
    /// Those of the experiments that exist, without their tags; a refusal when the caller may not view one of them. An id that names
    /// nothing is passed over, as MLflow does.
    /// </summary>
    public static async ValueTask<Result<IReadOnlyList<Experiment>>> VisibleAsync(
        DbSession session, Principal caller, IReadOnlyList<ExperimentId> ids)
    {
        var found = await session.Prepare(ListExperiments)
            .Bind("experiment_nos", NumberList.Write(session.Engine, ids.Select(static id => id.Number).Distinct())).ListAsync(Read);
        foreach (var experiment in found)
            if (caller.Refuse(Permission.View, Scope.Experiment(experiment.Project, experiment.Id)) is { } refusal) return refusal;
        return found;
    }

    public static Error NotFound(ExperimentId id) => Error.NotFound($"No Experiment with id={id} exists");

    public static Experiment Read(DbRow row) => new(
        new ExperimentId(row.Long(0)), row.Text(1), row.Text(2), row.Text(3), (LifecycleStage)row.Long(4), row.Long(5), row.Long(6), []);

    /// <summary>The same experiments with their tags, in one statement.</summary>
    public static async ValueTask<IReadOnlyList<Experiment>> WithTagsAsync(DbSession session, IReadOnlyList<Experiment> experiments)
    {
        if (experiments.Count == 0) return experiments;
        var tags = new Dictionary<long, List<Tag>>();
        await session.Prepare(ListExperimentTags)
            .Bind("experiment_nos", NumberList.Write(session.Engine, experiments.Select(experiment => experiment.Id.Number)))
            .ForEachAsync(row =>
            {
                if (!tags.TryGetValue(row.Long(0), out var list)) tags.Add(row.Long(0), list = []);
                list.Add(new Tag(row.Text(1), row.Text(2)));
                return true;
            });
        return [.. experiments.Select(experiment => tags.TryGetValue(experiment.Id.Number, out var list)
            ? experiment with { Tags = list }
            : experiment)];
    }

    public static async ValueTask<Experiment> WithTagsAsync(DbSession session, Experiment experiment) =>
        (await WithTagsAsync(session, [experiment]))[0];
}
