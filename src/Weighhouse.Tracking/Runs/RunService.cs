using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Datasets;
using Weighhouse.Tracking.Events;
using Weighhouse.Tracking.Keys;
using Weighhouse.Tracking.Search;
using Weighhouse.Tracking.Tags;

namespace Weighhouse.Tracking.Runs;

internal sealed class RunService(
    IDatabase database,
    KeyDictionary keys,
    RunLoader loader,
    RunCreation creation,
    RunTags tags,
    RunInputs inputs,
    RunFinder finder,
    RunCounter counter,
    RunKeyFinder keyFinder,
    TrackingEventHub events,
    IAuditLog audit,
    TimeProvider time,
    TrackingOptions options) : IRuns
{
    private static readonly SqlText UpdateRun = TrackingSql.Catalog["UpdateRun"];
    private static readonly SqlText SetRunLifecycle = TrackingSql.Catalog["SetRunLifecycle"];

    public ValueTask<Result<Run>> CreateAsync(Principal caller, NewRun run, CancellationToken cancellation) =>
        creation.CreateAsync(caller, run, cancellation);

    public ValueTask<Result<Run>> GetAsync(Principal caller, RunId id, CancellationToken cancellation) =>
        database.ReadAsync<Result<Run>>(
            async session =>
            {
                var found = await RunHandle.FindAsync(session, caller, id, Permission.View);
                if (!found.TryGet(out var handle, out var error)) return error;
                return (await loader.LoadAsync(session, [handle.RunNo]))[0];
            },
            cancellation);

    public async ValueTask<Result<RunInfo>> UpdateAsync(Principal caller, RunId id, RunChange change, CancellationToken cancellation)
    {
        if (PlainText.Refuse(change.Name, "run_name") is { } unfit) return unfit;
        IReadOnlyList<Tag> named = string.IsNullOrEmpty(change.Name)
            ? []
            : [new Tag(TagWriter.RunNameKey, PlainText.Cut(change.Name, options.TagLengthMax))];
        var numbered = await keys.GetOrAddAsync([.. named.Select(static tag => tag.Key)], cancellation);
        if (!numbered.TryGet(out var keyNumbers, out var problem)) return problem;
        var updated = await database.WriteAsync<RunInfo>(
            async session =>
            {
                var found = await RunHandle.FindActiveAsync(session, caller, id);
                if (!found.TryGet(out var handle, out var error)) return error;
                await session.Prepare(UpdateRun)
                    .Bind("status", (long?)change.Status).Bind("end_ms", change.EndMs).Bind("run_no", handle.RunNo).ExecuteAsync();
                await TagWriter.WriteAsync(session, handle, named, keyNumbers);
                return (await RunLoader.LoadInfoAsync(session, handle.RunNo))!;
            },
            cancellation);
        if (updated.TryGet(out var info, out _)) events.Publish(info.Experiment, new RunEvent(id, change.Status, []));
        return updated;
    }

    public ValueTask<Result<Done>> DeleteAsync(Principal caller, RunId id, CancellationToken cancellation) =>
        MoveAsync(caller, id, LifecycleStage.Deleted, cancellation);

    public ValueTask<Result<Done>> RestoreAsync(Principal caller, RunId id, CancellationToken cancellation) =>
        MoveAsync(caller, id, LifecycleStage.Active, cancellation);

    public ValueTask<Result<Done>> SetTagAsync(Principal caller, RunId id, Tag tag, CancellationToken cancellation) =>
        tags.SetAsync(caller, id, tag, cancellation);

    public ValueTask<Result<Done>> DeleteTagAsync(Principal caller, RunId id, string key, CancellationToken cancellation) =>
        tags.DeleteAsync(caller, id, key, cancellation);

    public ValueTask<Result<Done>> AppendModelHistoryAsync(Principal caller, RunId id, string modelJson, CancellationToken cancellation) =>
        tags.AppendModelHistoryAsync(caller, id, modelJson, cancellation);

    public ValueTask<Result<Done>> LogInputsAsync(
        Principal caller, RunId id, IReadOnlyList<DatasetInput> datasets, IReadOnlyList<ModelInput> models,
        CancellationToken cancellation) =>
        inputs.LogInputsAsync(caller, id, datasets, models, cancellation);

    public ValueTask<Result<Done>> LogOutputsAsync(
        Principal caller, RunId id, IReadOnlyList<ModelOutput> models, CancellationToken cancellation) =>
        inputs.LogOutputsAsync(caller, id, models, cancellation);

    public ValueTask<Result<Page<Run>>> SearchAsync(Principal caller, RunSearch search, CancellationToken cancellation) =>
        finder.FindAsync(caller, search, cancellation);

    public ValueTask<Result<long>> CountAsync(Principal caller, RunSelection selection, CancellationToken cancellation) =>
        counter.CountAsync(caller, selection, cancellation);

    public ValueTask<Result<RunKeys>> FindKeysAsync(Principal caller, RunKeySearch search, CancellationToken cancellation) =>
        keyFinder.FindAsync(caller, search, cancellation);

    public ValueTask<Result<IReadOnlyList<DatasetSummary>>> SearchDatasetsAsync(
        Principal caller, IReadOnlyList<ExperimentId> experiments, CancellationToken cancellation) =>
        inputs.SearchAsync(caller, experiments, cancellation);

    /// <summary>Deleting what is deleted and restoring what is active is fine, as in MLflow.</summary>
    private async ValueTask<Result<Done>> MoveAsync(Principal caller, RunId id, LifecycleStage to, CancellationToken cancellation)
    {
        var deleted = to is LifecycleStage.Deleted;
        var moved = await database.WriteAsync<ExperimentId>(
            async session =>
            {
                var found = await RunHandle.FindAsync(session, caller, id, Permission.Contribute);
                if (!found.TryGet(out var handle, out var error)) return error;
                await session.Prepare(SetRunLifecycle)
                    .Bind("lifecycle", (long)to)
                    .Bind("deleted_ms", deleted ? time.GetUtcNow().ToUnixTimeMilliseconds() : (long?)null)
                    .Bind("run_no", handle.RunNo).ExecuteAsync();
                return handle.Experiment;
            },
            cancellation);
        if (!moved.TryGet(out var experiment, out var problem)) return problem;
        events.Publish(experiment, new RunEvent(id, null, []));
        await audit.AppendAsync(new AuditEntry(caller.Name, deleted ? "run.delete" : "run.restore", $"run:{id}"), cancellation);
        return Done.Value;
    }
}
