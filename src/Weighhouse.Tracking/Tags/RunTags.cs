using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Events;
using Weighhouse.Tracking.Keys;
using Weighhouse.Tracking.Runs;

namespace Weighhouse.Tracking.Tags;

internal sealed class RunTags(IDatabase database, KeyDictionary keys, TrackingEventHub events, TrackingOptions options)
{
    private static readonly SqlText FindTag = TrackingSql.Catalog["FindTag"];
    private static readonly SqlText DeleteTag = TrackingSql.Catalog["DeleteTag"];

    public async ValueTask<Result<Done>> SetAsync(Principal caller, RunId id, Tag tag, CancellationToken cancellation)
    {
        if (EntityName.Refuse(tag.Key, "key", "key", options.KeyLengthMax) is { } refusal) return refusal;
        if (!TagWriter.Check([tag], options).TryGet(out var tags, out var error)) return error;
        var numbered = await NumberAsync(caller, id, [.. tags.Select(static kept => kept.Key)], cancellation);
        if (!numbered.TryGet(out var keyNumbers, out error)) return error;
        return await WriteAsync(
            caller,
            id,
            async (session, run) =>
            {
                await TagWriter.WriteAsync(session, run, tags, keyNumbers);
                return Done.Ok;
            },
            cancellation);
    }

    public async ValueTask<Result<Done>> DeleteAsync(Principal caller, RunId id, string key, CancellationToken cancellation)
    {
        if (PlainText.Refuse(key, "key") is { } unfit) return unfit;
        if (key == TagWriter.RunNameKey)
            return Error.Invalid($"The tag {key} is the run's name, which a run always has. Set it to another name instead.", "key");
        var keyNo = await database.ReadAsync(session => keys.FindAsync(session, key), cancellation);
        return await WriteAsync(
            caller,
            id,
            async (session, run) =>
            {
                var deleted = keyNo is null
                    ? 0
                    : await session.Prepare(DeleteTag).Bind("run_no", run.RunNo).Bind("key_no", keyNo.Value).ExecuteAsync();
                return deleted > 0 ? Done.Ok : Error.NotFound($"No tag with name: {key} in run with id {id}");
            },
            cancellation);
    }

    public async ValueTask<Result<Done>> AppendModelHistoryAsync(
        Principal caller, RunId id, string modelJson, CancellationToken cancellation)
    {
        if (PlainText.Refuse(modelJson, "model_json") is { } unfit) return unfit;
        if (!ModelHistory.Digest(modelJson).TryGet(out var digest, out var error)) return error;
        var numbered = await NumberAsync(caller, id, [ModelHistory.Key], cancellation);
        if (!numbered.TryGet(out var keyNumbers, out error)) return error;
        return await WriteAsync(
            caller,
            id,
            async (session, run) =>
            {
                var before = await session.Prepare(FindTag)
                    .Bind("run_no", run.RunNo).Bind("key_no", keyNumbers[0]).FirstAsync(static row => row.Text(0));
                var value = ModelHistory.Append(before, digest);
                if (value.Length > ModelHistory.LengthMax)
                    return Error.Invalid(
                        $"The tag {ModelHistory.Key} would have {value.Length} characters; at most {ModelHistory.LengthMax} are allowed. "
                        + "Log models to several runs.",
                        "model_json");
                await TagWriter.AddAsync(session, run, [new Tag(ModelHistory.Key, value)], keyNumbers);
                return Done.Ok;
            },
            cancellation);
    }

    /// <summary>New names are stored for good, so only for those who may write here.</summary>
    private async ValueTask<Result<long[]>> NumberAsync(Principal caller, RunId id, string[] names, CancellationToken cancellation)
    {
        if (keys.TryNumbers(names, out var numbers)) return numbers;
        var found = await database.ReadAsync(session => RunHandle.FindActiveAsync(session, caller, id), cancellation);
        return found.IsFailure ? found.Error : await keys.GetOrAddAsync(names, cancellation);
    }

    private async ValueTask<Result<Done>> WriteAsync(
        Principal caller, RunId id, Func<DbSession, RunHandle, ValueTask<Result<Done>>> write, CancellationToken cancellation)
    {
        var written = await database.WriteAsync<ExperimentId>(
            async session =>
            {
                var found = await RunHandle.FindActiveAsync(session, caller, id);
                if (!found.TryGet(out var run, out var error)) return error;
                var done = await write(session, run);
                return done.IsFailure ? done.Error : run.Experiment;
            },
            cancellation);
        if (!written.TryGet(out var experiment, out var problem)) return problem;
        events.Publish(experiment, new RunEvent(id, null, []));
        return Done.Value;
    }
}
