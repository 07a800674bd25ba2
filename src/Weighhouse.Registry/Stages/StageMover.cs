using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Events;
using Weighhouse.Registry.Models;
using Weighhouse.Registry.Repositories;
using Weighhouse.Registry.Versions;

namespace Weighhouse.Registry.Stages;

/// <summary>Moves versions between stages, and back.</summary>
internal sealed class StageMover(RegistryWriter writer, ModelRefs refs, IAuditLog audit)
{
    private static readonly SqlText MoveVersion = RegistrySql.Catalog["MoveVersion"];
    private static readonly SqlText ArchiveStage = RegistrySql.Catalog["ArchiveStage"];
    private static readonly SqlText AddArchiveEvents = RegistrySql.Catalog["AddArchiveEvents"];
    private static readonly SqlText TouchModel = RegistrySql.Catalog["TouchModel"];
    private static readonly SqlText LastStageChange = RegistrySql.Catalog["LastStageChange"];
    private static readonly SqlText ListStageEventsOfChange = RegistrySql.Catalog["ListStageEventsOfChange"];

    private readonly record struct Move(StoredVersion Version, string To)
    {
        public StageStep Step => new(Version.Version.Id.Version, Version.Version.Commit?.Id, Version.Version.Stage, To);
    }

    public async ValueTask<Result<ModelVersion>> MoveAsync(
        Principal caller, ModelVersionId id, string stage, bool? archiveExisting, CancellationToken cancellation)
    {
        var before = "";
        var moved = await writer.ChangeAsync<ModelVersion>(
            caller,
            id.Model,
            async (session, change, model) =>
            {
                var stages = await StageTable.OfAsync(session, model.Project);
                if (!stages.Find(stage).TryGet(out var target, out var error)) return error;
                if (archiveExisting is true && !stages.IsActive(target)) return CannotArchive(stages, target);
                if (!(await VersionTable.FindAsync(session, model, id.Version)).TryGet(out var found, out error)) return error;
                before = found.Version.Stage;
                if (StageDoor.Refuse(caller, model, stages, before, target.Name) is { } closed) return closed;
                var steps = new List<StageStep> { new(id.Version, found.Version.Commit?.Id, before, target.Name) };
                if (archiveExisting ?? (target.ArchivesOthers && stages.IsActive(target)))
                {
                    var others = await ArchiveOthersAsync(session, change, model, stages, id.Version, target);
                    if (!others.TryGet(out var archived, out error)) return error;
                    steps.AddRange(archived);
                }

                await WriteAsync(session, change, model, [new Move(found, target.Name)]);
                await session.Prepare(TouchModel).Bind("now_ms", change.NowMs).Bind("model_no", model.Number).ExecuteAsync();
                var followed = await refs.MoveStagesAsync(session, change, model, stages, steps);
                if (followed.IsFailure) return followed.Error;
                return (await VersionTable.LoadAsync(session, found)) with { Stage = target.Name, UpdatedMs = change.NowMs };
            },
            cancellation);
        if (moved.IsFailure) return moved;
        await audit.AppendAsync(
            new AuditEntry(
                caller.Name, "model.stage", $"model:{id}", EventJson.OfStage(before), EventJson.OfStage(moved.Value.Stage)),
            cancellation);
        return moved;
    }

    public async ValueTask<Result<IReadOnlyList<ModelVersion>>> RollbackAsync(
        Principal caller, string model, string stage, CancellationToken cancellation)
    {
        var back = await writer.ChangeAsync<IReadOnlyList<ModelVersion>>(
            caller, model, (session, change, stored) => UndoAsync(session, change, stored, stage), cancellation);
        if (back.IsFailure) return back;
        await audit.AppendAsync(
            new AuditEntry(caller.Name, "model.stage.rollback", $"model:{model}", After: EventJson.OfStage(stage)), cancellation);
        return back;
    }

    private async ValueTask<Result<IReadOnlyList<ModelVersion>>> UndoAsync(
        DbSession session, Change change, StoredModel model, string stageName)
    {
        var stages = await StageTable.OfAsync(session, model.Project);
        if (!stages.Find(stageName).TryGet(out var stage, out var error)) return error;
        var last = await session.Prepare(LastStageChange)
            .Bind("model_no", model.Number).Bind("stage_json", EventJson.OfStage(stage.Name)).FirstAsync(static row => row.Text(0));
        if (last is null) return Error.Precondition($"There is no change of stage {stage.Name} of '{model.Name}' left to take back.");
        var undoing = change with { Undoes = last };
        if (!(await WayBackAsync(session, undoing, model, stages)).TryGet(out var moves, out error)) return error;
        await WriteAsync(session, undoing, model, moves);
        await session.Prepare(TouchModel).Bind("now_ms", change.NowMs).Bind("model_no", model.Number).ExecuteAsync();
        var followed = await refs.MoveStagesAsync(session, undoing, model, stages, [.. moves.Select(static move => move.Step)]);
        if (followed.IsFailure) return followed.Error;
        var there = await VersionTable.InStageAsync(session, model, stage.Name);
        IReadOnlyList<ModelVersion> loaded =
            [.. (await VersionTable.LoadAsync(session, there)).Select(static row => row.Version)];
        return Done.Ok.Map(_ => loaded);
    }

    /// <summary>Where each version goes that the change being undone has moved.</summary>
    private static async ValueTask<Result<List<Move>>> WayBackAsync(
        DbSession session, Change undoing, StoredModel model, StageList stages)
    {
        var events = await session.Prepare(ListStageEventsOfChange).Bind("model_no", model.Number).Bind("change_id", undoing.Undoes)
            .ListAsync(static row => (Version: row.Long(0), Before: row.Text(1)));
        var found = (await VersionTable.ListAsync(session, model, events.Select(static moved => moved.Version)))
            .ToDictionary(static version => version.Version.Id.Version);
        var moves = new List<Move>(events.Count);
        // What a change moved twice goes back to where it was before the first time.
        foreach (var (version, json) in events.DistinctBy(static moved => moved.Version))
        {
            if (!stages.Find(EventJson.Member(json, "stage") ?? "").TryGet(out var target, out var error)) return error;
            if (!found.TryGetValue(version, out var stored))
            {
                return Error.Precondition(
                    $"Version {version} of '{model.Name}' would go back to {target.Name}, but is deleted. Promote another instead.");
            }

            if (StageDoor.Refuse(undoing.Caller, model, stages, stored.Version.Stage, target.Name) is { } closed) return closed;
            moves.Add(new Move(stored, target.Name));
        }

        return moves;
    }

    private static async ValueTask WriteAsync(DbSession session, Change change, StoredModel model, IReadOnlyList<Move> moves)
    {
        await session.ExecuteManyAsync(
            MoveVersion,
            moves,
            (statement, move) => statement
                .Bind("stage", move.To).Bind("now_ms", change.NowMs).Bind("version_no", move.Version.Number));
        await EventTable.AddManyAsync(
            session, change, model, "version.stage", moves,
            static move => (move.Step.Version, EventJson.OfStage(move.Step.From), EventJson.OfStage(move.To)));
    }

    private static async ValueTask<Result<StageStep[]>> ArchiveOthersAsync(
        DbSession session, Change change, StoredModel model, StageList stages, long version, Stage stage)
    {
        var others = (await VersionTable.InStageAsync(session, model, stage.Name))
            .Where(other => other.Version.Id.Version != version).ToArray();
        if (others.Length == 0) return Array.Empty<StageStep>();
        if (StageDoor.Refuse(change.Caller, model, stages, stage.Name, stages.Last.Name) is { } closed) return closed;
        await session.Prepare(AddArchiveEvents)
            .Bind("at_ms", change.NowMs)
            .Bind("actor", change.Caller.Name)
            .Bind("before_json", EventJson.OfStage(stage.Name))
            .Bind("after_json", EventJson.OfStage(stages.Last.Name))
            .Bind("change_id", change.Id)
            .Bind("model_no", model.Number)
            .Bind("stage", stage.Name)
            .Bind("version", version)
            .ExecuteAsync();
        await session.Prepare(ArchiveStage)
            .Bind("archived", stages.Last.Name)
            .Bind("now_ms", change.NowMs)
            .Bind("model_no", model.Number)
            .Bind("stage", stage.Name)
            .Bind("version", version)
            .ExecuteAsync();
        return others.Select(other => new Move(other, stages.Last.Name).Step).ToArray();
    }

    private static Error CannotArchive(StageList stages, Stage target) => Error.Invalid(
        $"Model version transition cannot archive existing model versions because '{target.Name}' is not an Active stage. "
        + $"Valid stages are [{string.Join(", ", stages.Active.Select(static stage => $"'{stage.Name}'"))}]",
        "archive_existing_versions");
}
