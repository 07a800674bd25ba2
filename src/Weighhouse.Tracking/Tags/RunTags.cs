using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Keys;
using Weighhouse.Tracking.Runs;

namespace Weighhouse.Tracking.Tags;

internal sealed class RunTags(IDatabase database, KeyDictionary keys, TrackingOptions options)
{
    private static readonly SqlText FindTag = TrackingSql.Catalog["FindTag"];
    private static readonly SqlText DeleteTag = TrackingSql.Catalog["DeleteTag"];

    public async ValueTask<Result<Done>> SetAsync(Principal caller, RunId id, Tag tag, CancellationToken cancellation)
    {
        if (EntityName.Refuse(tag.Key, "key", "key", options.KeyLengthMax) is { } refusal) return refusal;
        if (!TagWriter.Check([tag], options).TryGet(out var tags, out var error)) return error;
        var numbered = await keys.GetOrAddAsync([.. tags.Select(static kept => kept.Key)], cancellation);
        if (!numbered.TryGet(out var keyNumbers, out error)) return error;
        return await database.WriteAsync<Done>(
            async session =>
            {
                var found = await RunHandle.FindActiveAsync(session, caller, id);
                if (!found.TryGet(out var handle, out var problem)) return problem;
                await TagWriter.WriteAsync(session, handle, tags, keyNumbers);
                return Done.Value;
            },
            cancellation);
    }

    public async ValueTask<Result<Done>> DeleteAsync(Principal caller, RunId id, string key, CancellationToken cancellation)
    {
        if (PlainText.Refuse(key, "key") is { } unfit) return unfit;
        var keyNo = await database.ReadAsync(session => keys.FindAsync(session, key), cancellation);
        return await database.WriteAsync<Done>(
            async session =>
            {
                var found = await RunHandle.FindActiveAsync(session, caller, id);
                if (!found.TryGet(out var handle, out var error)) return error;
                var deleted = keyNo is null
                    ? 0
                    : await session.Prepare(DeleteTag).Bind("run_no", handle.RunNo).Bind("key_no", keyNo.Value).ExecuteAsync();
                return deleted > 0 ? Done.Value : Error.NotFound($"No tag with name: {key} in run with id {id}");
            },
            cancellation);
    }

    public async ValueTask<Result<Done>> AppendModelHistoryAsync(Principal caller, RunId id, string modelJson, CancellationToken cancellation)
    {
        if (PlainText.Refuse(modelJson, "model_json") is { } unfit) return unfit;
        if (!ModelHistory.Digest(modelJson).TryGet(out var digest, out var error)) return error;
        var numbered = await keys.GetOrAddAsync(ModelHistory.Key, cancellation);
        if (!numbered.TryGet(out var keyNo, out error)) return error;
        return await database.WriteAsync<Done>(
            async session =>
            {
                var found = await RunHandle.FindActiveAsync(session, caller, id);
                if (!found.TryGet(out var handle, out var problem)) return problem;
                var before = await session.Prepare(FindTag)
                    .Bind("run_no", handle.RunNo).Bind("key_no", keyNo).FirstAsync(static row => row.Text(0));
                var value = ModelHistory.Append(before, digest);
                if (value.Length > ModelHistory.LengthMax)
                    return Error.Invalid(
                        $"The tag {ModelHistory.Key} would have {value.Length} characters; at most {ModelHistory.LengthMax} are allowed. Log models to several runs.",
                        "model_json");
                await TagWriter.AddAsync(session, handle, [new Tag(ModelHistory.Key, value)], [keyNo]);
                return Done.Value;
            },
            cancellation);
    }
}
