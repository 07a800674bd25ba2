using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Runs;

/// <summary>What a write to a run has to know of it. All but the lifecycle never changes.</summary>
internal sealed record RunHandle(long RunNo, RunId Id, ExperimentId Experiment, string Project, long StartMs, LifecycleStage Lifecycle)
{
    private static readonly SqlText FindRunHandle = TrackingSql.Catalog["FindRunHandle"];

    /// <summary>The run, when there is one and the caller holds the permission on its experiment.</summary>
    public static async ValueTask<Result<RunHandle>> FindAsync(DbSession session, Principal caller, RunId id, Permission permission)
    {
        if (id.Text is null || PlainText.Refuse(id.Text, "run_id") is not null) return NotFound(id);
        var handle = await session.Prepare(FindRunHandle).Bind("run_id", id.Text).FirstAsync(row => Read(row, id));
        if (handle is null) return NotFound(id);
        return caller.Refuse(permission, Scope.Experiment(handle.Project, handle.Experiment)) is { } refusal ? refusal : handle;
    }

    /// <summary>The run, when the caller may contribute to it and it is not deleted.</summary>
    public static async ValueTask<Result<RunHandle>> FindActiveAsync(DbSession session, Principal caller, RunId id)
    {
        var found = await FindAsync(session, caller, id, Permission.Contribute);
        if (!found.TryGet(out var handle, out var error)) return error;
        return handle.Lifecycle is LifecycleStage.Active ? handle : NotActive(id);
    }

    public static Error NotFound(RunId id) => Error.NotFound($"Run with id={id} not found");

    public static Error NotActive(RunId id) =>
        Error.Invalid($"The run {id} must be in the 'active' state. Current state is deleted.", "run_id");

    private static RunHandle Read(DbRow row, RunId id) => new(
        row.Long(0), id, new ExperimentId(row.Long(1)), row.Text(2), row.Long(3), (LifecycleStage)row.Long(4));
}
