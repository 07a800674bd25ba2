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
                    steps.AddRange(await ArchiveOthersAsync(session, change, model, stages, id.Version, target));
                await WriteAsync(session, change, model, found, target.Name);
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
        var events = await session.Prepare(ListStageEventsOfChange).Bind("model_no", model.Number).Bind("change_id", last)
            .ListAsync(static row => (Version: row.Long(0), Before: row.Text(1)));
        var undoing = change with { Undoes = last };
        var steps = new List<StageStep>();
        foreach (var (version, json) in events)
        {
            if (!stages.Find(EventJson.Member(json, "stage") ?? "").TryGet(out var target, out error)) return error;
            if (!(await VersionTable.FindAsync(session, model, version)).TryGet(out var found, out _))
            {
                return Error.Precondition(
                    $"Version {version} of '{model.Name}' would go back to {target.Name}, but is deleted. Promote another instead.");
            }

            if (StageDoor.Refuse(change.Caller, model, stages, found.Version.Stage, target.Name) is { } closed) return closed;
            await WriteAsync(session, undoing, model, found, target.Name);
            steps.Add(new StageStep(version, found.Version.Commit?.Id, found.Version.Stage, target.Name));
        }

        await session.Prepare(TouchModel).Bind("now_ms", change.NowMs).Bind("model_no", model.Number).ExecuteAsync();
        var followed = await refs.MoveStagesAsync(session, undoing, model, stages, steps);
        if (followed.IsFailure) return followed.Error;
        var there = new List<StoredVersion>();
        foreach (var member in await VersionTable.InStageAsync(session, model, stage.Name))
            if ((await VersionTable.FindAsync(session, model, member.Version)).TryGet(out var found, out _)) there.Add(found);
        IReadOnlyList<ModelVersion> loaded =
            [.. (await VersionTable.LoadAsync(session, there)).Select(static row => row.Version)];
        return Done.Ok.Map(_ => loaded);
    }

    private static async ValueTask WriteAsync(
        DbSession session, Change change, StoredModel model, StoredVersion version, string stage)
    {
        await session.Prepare(MoveVersion)
            .Bind("stage", stage).Bind("now_ms", change.NowMs).Bind("version_no", version.Number).ExecuteAsync();
        await EventTable.AddAsync(
            session, change, model, version.Version.Id.Version, "version.stage", EventJson.OfStage(version.Version.Stage),
            EventJson.OfStage(stage));
    }

    private static async ValueTask<IEnumerable<StageStep>> ArchiveOthersAsync(
        DbSession session, Change change, StoredModel model, StageList stages, long version, Stage stage)
    {
        var others = await VersionTable.InStageAsync(session, model, stage.Name);
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
        return others.Where(other => other.Version != version)
            .Select(other => new StageStep(other.Version, other.Commit, stage.Name, stages.Last.Name));
    }

    private static Error CannotArchive(StageList stages, Stage target) => Error.Invalid(
        $"Model version transition cannot archive existing model versions because '{target.Name}' is not an Active stage. "
        + $"Valid stages are [{string.Join(", ", stages.Active.Select(static stage => $"'{stage.Name}'"))}]",
        "archive_existing_versions");
}
