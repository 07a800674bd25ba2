using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Events;
using Weighhouse.Tracking.Experiments;
using Weighhouse.Tracking.Keys;
using Weighhouse.Tracking.Tags;

namespace Weighhouse.Tracking.Runs;

internal sealed class RunCreation(
    IDatabase database, KeyDictionary keys, TrackingEventHub events, IdGenerator chance, TimeProvider time, TrackingOptions options)
{
    private static readonly SqlText AddRun = TrackingSql.Catalog["AddRun"];

    public async ValueTask<Result<Run>> CreateAsync(Principal caller, NewRun run, CancellationToken cancellation)
    {
        if (RunRules.Refuse(run, options) is { } refusal) return refusal;
        if (!TagWriter.Check(run.Tags ?? [], options).TryGet(out var given, out var error)) return error;
        var wanted = string.IsNullOrEmpty(run.Name) ? null : PlainText.Cut(run.Name, options.TagLengthMax);
        if (RunRules.RefuseTwoNames(wanted, given) is { } contradiction) return contradiction;

        var tags = given.ToList();
        var name = wanted ?? tags.Find(static tag => tag.Key == TagWriter.RunNameKey).Value ?? RunNames.Next(chance);
        if (!tags.Exists(static tag => tag.Key == TagWriter.RunNameKey)) tags.Add(new Tag(TagWriter.RunNameKey, name));
        var numbered = await NumberAsync(caller, run.Experiment, [.. tags.Select(static tag => tag.Key)], cancellation);
        if (!numbered.TryGet(out var keyNumbers, out error)) return error;

        var id = run.Id ?? new RunId(chance.Hex32());
        var draft = new RunInfo(
            id, run.Experiment, "", name, run.User ?? "", RunStatus.Running,
            run.StartMs ?? time.GetUtcNow().ToUnixTimeMilliseconds(), null, "",
            LifecycleStage.Active);
        var made = await database.WriteAsync(session => AddAsync(session, caller, draft, tags, keyNumbers), cancellation);
        if (!made.IsFailure) events.Publish(run.Experiment, new RunEvent(id, RunStatus.Running, []));
        return made;
    }

    /// <summary>New names are stored for good, so only for those who may write here.</summary>
    private async ValueTask<Result<long[]>> NumberAsync(
        Principal caller, ExperimentId experiment, string[] names, CancellationToken cancellation)
    {
        if (keys.TryNumbers(names, out var numbers)) return numbers;
        var found = await database.ReadAsync(session => ExperimentTable.FindActiveAsync(session, caller, experiment), cancellation);
        return found.IsFailure ? found.Error : await keys.GetOrAddAsync(names, cancellation);
    }

    private static async ValueTask<Result<Run>> AddAsync(
        DbSession session, Principal caller, RunInfo draft, List<Tag> tags, long[] keyNumbers)
    {
        var found = await ExperimentTable.FindActiveAsync(session, caller, draft.Experiment);
        if (!found.TryGet(out var experiment, out var error)) return error;
        var info = draft with
        {
            Project = experiment.Project,
            ArtifactUri = $"{experiment.ArtifactLocation.TrimEnd('/')}/{draft.Id}/artifacts",
        };
        var number = await session.Prepare(AddRun)
            .Bind("run_id", info.Id.Text).Bind("experiment_no", info.Experiment.Number).Bind("name", info.Name).Bind("user_name", info.User)
            .Bind("status", (long)info.Status).Bind("start_ms", info.StartMs).Bind("artifact_uri", info.ArtifactUri).LongAsync();
        if (number is not { } runNo) return Error.Exists($"Run with id={info.Id} already exists.");
        var handle = new RunHandle(runNo, info.Id, info.Experiment, info.Project, info.StartMs, LifecycleStage.Active);
        await TagWriter.AddAsync(session, handle, tags, keyNumbers);
        tags.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        return new Run(info, [], [], tags, [], [], []);
    }
}
