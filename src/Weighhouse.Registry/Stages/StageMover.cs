using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Events;
using Weighhouse.Registry.Gates;
using Weighhouse.Registry.Gates.Rules;
using Weighhouse.Registry.Models;
using Weighhouse.Registry.Promotions;
using Weighhouse.Registry.Repositories;
using Weighhouse.Registry.Versions;

namespace Weighhouse.Registry.Stages;

/// <summary>Moves versions between stages, and back.</summary>
internal sealed class StageMover(
    RegistryWriter writer, ModelRefs refs, StageDoor door, FileRules files, GateRunner gates, IAuditLog audit)
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

    /// <summary>Runs the gates that are due, and moves the version if the door lets it.</summary>
    public async ValueTask<Result<ModelVersion>> MoveAsync(
        Principal caller, ModelVersionId id, string stage, bool? archiveExisting, CancellationToken cancellation)
    {
        if (!(await files.OfAsync(caller, id, cancellation)).TryGet(out var rules, out var error)) return error;
        if ((await gates.RunDueAsync(caller, rules, stage, isForced: false, cancellation)).Error is { } unrun) return unrun;
        return await MoveAsync(caller, id, new Asked(stage, archiveExisting, Entrance.Promotion, null, rules), cancellation);
    }

    /// <summary>Moves the version whatever stands in the way.</summary>
    public async ValueTask<Result<ModelVersion>> OverrideAsync(
        Principal caller, ModelVersionId id, string stage, bool? archiveExisting, string reason, CancellationToken cancellation)
    {
        // What the version brings itself stands in the way too, and cannot keep an administrator out when it is not to be read.
        var read = await files.OfAsync(caller, id, cancellation);
        if (read.Error is { Code: ErrorCode.NotFound or ErrorCode.PermissionDenied or ErrorCode.Unauthenticated } error) return error;
        var rules = read.Error is null ? read.Value : null;
        return await MoveAsync(caller, id, new Asked(stage, archiveExisting, Entrance.Override, reason, rules), cancellation);
    }

    private readonly record struct Asked(string Stage, bool? ArchivesOthers, Entrance Entrance, string? Reason, VersionRules? Rules);

    private async ValueTask<Result<ModelVersion>> MoveAsync(
        Principal caller, ModelVersionId id, Asked asked, CancellationToken cancellation)
    {
        var before = "";
        var passage = Passage.Free;
        var moved = await writer.ChangeAsync<ModelVersion>(
            caller,
            id.Model,
            async (session, change, model) =>
            {
                var stages = await StageTable.OfAsync(session, model.Project);
                if (!stages.Find(asked.Stage).TryGet(out var target, out var error)) return error;
                if (asked.ArchivesOthers is true && !stages.IsActive(target)) return CannotArchive(stages, target);
                if (!(await VersionTable.FindAsync(session, model, id.Version)).TryGet(out var found, out error)) return error;
                before = found.Version.Stage;
                var visitor = new Visitor(found, asked.Rules, asked.Entrance);
                if (!(await door.EnterAsync(session, change, model, stages, visitor, target)).TryGet(out passage, out error)) return error;
                if (PromotionCloser.Refuse(passage, asked.ArchivesOthers, target) is { } otherwise) return otherwise;
                await PromotionCloser.CloseAsync(session, change, model, id, target, passage, asked.Reason);
                return await EnterAsync(session, change, model, stages, found, target, passage, asked);
            },
            cancellation);
        if (moved.IsFailure) return moved;
        await audit.AppendAsync(PromotionCloser.Audit(caller, id, before, moved.Value.Stage, passage, asked.Reason), cancellation);
        return moved;
    }

    private async ValueTask<Result<ModelVersion>> EnterAsync(
        DbSession session, Change change, StoredModel model, StageList stages, StoredVersion found, Stage target, Passage passage,
        Asked asked)
    {
        var version = found.Version.Id.Version;
        var steps = new List<StageStep> { new(version, found.Version.Commit?.Id, found.Version.Stage, target.Name) };
        var archives = asked.ArchivesOthers ?? passage.Request?.Request.ArchivesOthers
            ?? (target.ArchivesOthers && stages.IsActive(target));
        if (archives)
        {
            var others = await ArchiveOthersAsync(session, change, model, stages, version, target, passage);
            if (!others.TryGet(out var archived, out var error)) return error;
            steps.AddRange(archived);
        }

        await WriteAsync(session, change, model, [new Move(found, target.Name)]);
        await session.Prepare(TouchModel).Bind("now_ms", change.NowMs).Bind("model_no", model.Number).ExecuteAsync();
        var followed = await refs.MoveStagesAsync(session, change, model, stages, steps);
        if (followed.IsFailure) return followed.Error;
        return (await VersionTable.LoadAsync(session, found)) with { Stage = target.Name, UpdatedMs = change.NowMs };
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
    private async ValueTask<Result<List<Move>>> WayBackAsync(
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

            var visitor = new Visitor(stored, File: null, Entrance.Return);
            if ((await door.EnterAsync(session, undoing, model, stages, visitor, target)).Error is { } closed) return closed;
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
        DbSession session, Change change, StoredModel model, StageList stages, long version, Stage stage, Passage passage)
    {
        var others = (await VersionTable.InStageAsync(session, model, stage.Name))
            .Where(other => other.Version.Id.Version != version).ToArray();
        if (others.Length == 0) return Array.Empty<StageStep>();
        // Who approved the request has approved what it replaces.
        if (!passage.OpensProtected && StageDoor.RefuseArchiving(change.Caller, model, stages, stage.Name) is { } closed) return closed;
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
