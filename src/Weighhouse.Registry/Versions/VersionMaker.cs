using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Events;
using Weighhouse.Registry.Models;
using Weighhouse.Registry.Repositories;
using Weighhouse.Registry.Stages;
using Weighhouse.Tracking;
using Weighhouse.Versioning;

namespace Weighhouse.Registry.Versions;

/// <summary>
/// Makes the next version of a model: a commit in the store first, then, in one unit, its row, its tag and the branch that follows it. When
/// another version came between, the commit is made anew on top of that one.
/// </summary>
internal sealed class VersionMaker(
    IDatabase database, RegistryWriter writer, ModelRefs refs, VersionCommits commits, VersionTurns turns, TimeProvider time,
    RegistryOptions options)
{
    private static readonly SqlText LastVersion = RegistrySql.Catalog["LastVersion"];
    private static readonly SqlText NextVersion = RegistrySql.Catalog["NextVersion"];
    private static readonly SqlText AddVersion = RegistrySql.Catalog["AddVersion"];
    private static readonly SqlText SetVersionTag = RegistrySql.Catalog["SetVersionTag"];

    /// <summary>Where the next version goes.</summary>
    private sealed record Place(StoredModel Model, long Last, Digest? Head);

    public ValueTask<Result<ModelVersion>> MakeAsync(
        Principal caller, NewModelVersion version, ResolvedSource source, SourceContent content, IReadOnlyList<Tag> tags,
        CancellationToken cancellation) =>
        turns.TakeAsync(
            version.Model,
            async () =>
            {
                for (var attempt = 1; ; attempt++)
                {
                    var made = await TryAsync(caller, version, source, content, tags, cancellation);
                    if (made.Error is not { Code: ErrorCode.Conflict } || attempt >= options.VersionAttemptsMax) return made;
                }
            },
            cancellation);

    /// <summary>Conflict when another version was made meanwhile.</summary>
    private async ValueTask<Result<ModelVersion>> TryAsync(
        Principal caller, NewModelVersion version, ResolvedSource source, SourceContent content, IReadOnlyList<Tag> tags,
        CancellationToken cancellation)
    {
        var seen = await database.ReadAsync(session => PlaceAsync(session, caller, version.Model), cancellation);
        if (!seen.TryGet(out var place, out var error)) return error;
        StoredCommit? stored = null;
        if (place.Model.IsReady)
        {
            var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            var next = new VersionPlace(version.Model, place.Last + 1, place.Head, caller.Name, nowMs);
            if (!(await commits.StoreAsync(next, content, cancellation)).TryGet(out stored, out error)) return error;
        }

        return await writer.ChangeAsync<ModelVersion>(
            caller,
            version.Model,
            async (session, change, model) =>
            {
                var last = await session.Prepare(LastVersion).Bind("model_no", model.Number).LongAsync();
                var head = model.IsReady ? (await refs.HeadAsync(session, model))?.Commit : null;
                if (model != place.Model with { UpdatedMs = model.UpdatedMs, Description = model.Description }
                    || last != place.Last || head != place.Head)
                {
                    return Error.Conflict($"Other versions of '{model.Name}' are being made. Try again.");
                }

                return await AddAsync(session, change, model, version, source, tags, head, stored);
            },
            cancellation);
    }

    private async ValueTask<Result<Place>> PlaceAsync(DbSession session, Principal caller, string name)
    {
        var found = await ModelTable.FindAsync(session, caller, name, Permission.Contribute);
        if (!found.TryGet(out var model, out var error)) return error;
        var last = await session.Prepare(LastVersion).Bind("model_no", model.Number).LongAsync();
        return new Place(model, last ?? 0, model.IsReady ? (await refs.HeadAsync(session, model))?.Commit : null);
    }

    private async ValueTask<Result<ModelVersion>> AddAsync(
        DbSession session, Change change, StoredModel model, NewModelVersion version, ResolvedSource source, IReadOnlyList<Tag> tags,
        Digest? head, StoredCommit? commit)
    {
        var number = await session.Prepare(NextVersion).Bind("now_ms", change.NowMs).Bind("model_no", model.Number).LongAsync();
        Invariant.That(number is not null);
        var stages = await StageTable.OfAsync(session, model.Project);
        var row = await session.Prepare(AddVersion)
            .Bind("model_no", model.Number)
            .Bind("version", number)
            .Bind("description", version.Description)
            .Bind("stage", stages.First.Name)
            .Bind("source", version.Source)
            .Bind("storage_uri", source.StorageUri)
            .Bind("run_id", source.Run?.Text)
            .Bind("run_link", version.RunLink)
            .Bind("logged_model_id", source.LoggedModel?.Text)
            .Bind("user_name", change.Caller.Name)
            .Bind("status", (long)ModelVersionStatus.Ready)
            .Bind("now_ms", change.NowMs)
            .Bind("commit_id", commit?.Commit.Id.ToBytes())
            .Bind("tree_id", commit?.Commit.Commit.Tree.ToBytes())
            .Bind("file_count", commit?.FileCount)
            .Bind("size_bytes", commit?.SizeBytes)
            .Bind("files_note", commit?.Note)
            .LongAsync();
        Invariant.That(row is not null);
        await session.ExecuteManyAsync(
            SetVersionTag,
            tags,
            (statement, tag) => statement.Bind("version_no", row.Value).Bind("key", tag.Key).Bind("value", tag.Value));
        var after = EventJson.Of(
            ("source", version.Source),
            ("storage_uri", source.StorageUri),
            ("run_id", source.Run?.Text),
            ("description", version.Description),
            ("stage", stages.First.Name),
            ("commit", commit?.Commit.Id.ToString()),
            ("tags", EventJson.OfTags(tags)));
        await EventTable.AddAsync(session, change, model, number, "version.create", null, after);
        if (commit is not null)
        {
            var followed = await refs.AddVersionAsync(session, change, model, number.Value, commit.Commit, head);
            if (followed.IsFailure) return followed.Error;
        }

        return (await VersionTable.FindAsync(session, model, number.Value)).TryGet(out var found, out var error)
            ? await VersionTable.LoadAsync(session, found)
            : error;
    }
}
