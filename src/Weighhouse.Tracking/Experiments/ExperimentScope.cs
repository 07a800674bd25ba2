using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Experiments;

/// <summary>Whether a caller may do something to an experiment, for those who need to know nothing else of it.</summary>
internal static class ExperimentScope
{
    private static readonly SqlText FindExperimentScope = TrackingSql.Catalog["FindExperimentScope"];

    /// <summary>Null when the caller may; otherwise the error to answer with.</summary>
    public static async ValueTask<Error?> RefuseAsync(DbSession session, Principal caller, ExperimentId id, Permission permission)
    {
        var scope = await FindAsync(session, id);
        return scope is null ? Error.NotFound($"No Experiment with id={id} exists") : caller.Refuse(permission, scope.Value);
    }

    /// <summary>Null when there is no such experiment.</summary>
    public static async ValueTask<Scope?> FindAsync(DbSession session, ExperimentId id)
    {
        var project = await session.Prepare(FindExperimentScope).Bind("experiment_no", id.Number).FirstAsync(static row => row.Text(0));
        return project is null ? null : Scope.Experiment(project, id);
    }
}
