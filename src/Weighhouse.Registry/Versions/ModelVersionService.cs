using Microsoft.Extensions.Logging;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Events;
using Weighhouse.Registry.Models;
using Weighhouse.Registry.Repositories;
using Weighhouse.Registry.Stages;
using Weighhouse.Tracking;

namespace Weighhouse.Registry.Versions;

internal sealed class ModelVersionService(
    IDatabase database,
    IAuditLog audit,
    ILoggedModels loggedModels,
    RegistryOptions options,
    RegistryWriter writer,
    SourceResolver sources,
    SourceFiles files,
    VersionMaker maker,
    StageMover mover,
    ModelRefs refs,
    VersionFinder finder,
    ILogger<ModelVersionService> logger) : IModelVersions
{
    private static readonly SqlText TouchModel = RegistrySql.Catalog["TouchModel"];
    private static readonly SqlText DescribeVersion = RegistrySql.Catalog["DescribeVersion"];
    private static readonly SqlText DeleteVersion = RegistrySql.Catalog["DeleteVersion"];
    private static readonly SqlText AddAliasEvents = RegistrySql.Catalog["AddAliasEvents"];
    private static readonly SqlText DeleteAliasesOfVersion = RegistrySql.Catalog["DeleteAliasesOfVersion"];
    private static readonly SqlText SetVersionTag = RegistrySql.Catalog["SetVersionTag"];
    private static readonly SqlText FindVersionTag = RegistrySql.Catalog["FindVersionTag"];
    private static readonly SqlText DeleteVersionTag = RegistrySql.Catalog["DeleteVersionTag"];

    public async ValueTask<Result<ModelVersion>> CreateAsync(Principal caller, NewModelVersion version, CancellationToken cancellation)
    {
        var tags = TagList.LastOfEach(version.Tags);
        if ((SourceRules.Refuse(version.Source, options)
            ?? ModelRules.RefuseDescription(version.Description, options)
            ?? ModelRules.RefuseText(version.RunLink, "run_link", options.SourceLengthMax)
            ?? ModelRules.RefuseText(version.Run?.Text, "run_id", RunId.LengthMax)
            ?? ModelRules.RefuseTags(tags, options)) is { } bad) return bad;
        if (!(await sources.ResolveAsync(caller, version, cancellation)).TryGet(out var source, out var error)) return error;
        var content = await files.ReadAsync(caller, version, source, cancellation);
        var made = await maker.MakeAsync(caller, version, source, content, tags, cancellation);
        if (made.TryGet(out var added, out _) && added.LoggedModel is { } loggedModel)
            await TellAsync(caller, loggedModel, added.Id, cancellation);
        return made;
    }

    public ValueTask<Result<ModelVersion>> GetAsync(Principal caller, ModelVersionId id, CancellationToken cancellation) =>
        ReadAsync<ModelVersion>(
            caller,
            id.Model,
            async (session, model) => (await VersionTable.FindAsync(session, model, id.Version)).TryGet(out var found, out var error)
                ? await VersionTable.LoadAsync(session, found)
                : error,
            cancellation);

    public ValueTask<Result<ModelVersion>> GetByAliasAsync(Principal caller, string model, string alias, CancellationToken cancellation)
    {
        if (ModelRules.RefuseAlias(alias, options) is { } badAlias) return new(badAlias);
        var isLatest = alias.Equals(ModelRules.Latest, StringComparison.OrdinalIgnoreCase);
        return ReadAsync<ModelVersion>(
            caller,
            model,
            async (session, stored) =>
            {
                var found = isLatest
                    ? await VersionTable.FindLatestAsync(session, stored)
                    : await VersionTable.FindByAliasAsync(session, stored, alias);
                if (found is { } version) return await VersionTable.LoadAsync(session, version);
                return isLatest
                    ? Error.NotFound($"Latest version not found for model {model}.")
                    : Error.NotFound($"Registered model alias {alias} not found.") with { Field = "alias" };
            },
            cancellation);
    }

    public ValueTask<Result<IReadOnlyList<ModelVersion>>> LatestAsync(
        Principal caller, string model, IReadOnlyList<string> stages, CancellationToken cancellation) =>
        ReadAsync<IReadOnlyList<ModelVersion>>(
            caller,
            model,
            async (session, stored) =>
            {
                var known = await StageTable.OfAsync(session, stored.Project);
                var asked = new HashSet<string>(StringComparer.Ordinal);
                foreach (var name in stages)
                {
                    if (!known.Find(name).TryGet(out var stage, out var error)) return error;
                    asked.Add(stage.Name);
                }

                var latest = await VersionTable.LatestAsync(session, RegistrySql.NumberList(session.Engine, [stored.Number]));
                return latest.Select(static row => row.Version)
                    .Where(version => asked.Count == 0 || asked.Contains(version.Stage)).ToArray();
            },
            cancellation);

    public ValueTask<Result<Page<ModelVersion>>> ListAsync(
        Principal caller, string model, PageRequest page, CancellationToken cancellation) =>
        finder.ListAsync(caller, model, page, cancellation);

    public ValueTask<Result<Page<ModelVersion>>> SearchAsync(Principal caller, VersionSearch search, CancellationToken cancellation) =>
        finder.FindAsync(caller, search, cancellation);

    public ValueTask<Result<ModelVersion>> DescribeAsync(
        Principal caller, ModelVersionId id, string? description, CancellationToken cancellation)
    {
        if (ModelRules.RefuseDescription(description, options) is { } badDescription) return new(badDescription);
        return writer.ChangeAsync<ModelVersion>(
            caller,
            id,
            async (session, change, model, found) =>
            {
                await session.Prepare(DescribeVersion)
                    .Bind("description", description).Bind("now_ms", change.NowMs).Bind("version_no", found.Number).ExecuteAsync();
                var before = EventJson.Of(("description", found.Version.Description));
                var after = EventJson.Of(("description", description));
                await EventTable.AddAsync(session, change, model, id.Version, "version.describe", before, after);
                return (await VersionTable.LoadAsync(session, found)) with { Description = description, UpdatedMs = change.NowMs };
            },
            cancellation);
    }

    public ValueTask<Result<ModelVersion>> MoveAsync(
        Principal caller, ModelVersionId id, string stage, bool? archiveExisting, CancellationToken cancellation) =>
        mover.MoveAsync(caller, id, stage, archiveExisting, cancellation);

    public ValueTask<Result<IReadOnlyList<ModelVersion>>> RollbackStageAsync(
        Principal caller, string model, string stage, CancellationToken cancellation) =>
        mover.RollbackAsync(caller, model, stage, cancellation);

    public async ValueTask<Result<Done>> DeleteAsync(Principal caller, ModelVersionId id, CancellationToken cancellation)
    {
        var deleted = await writer.ChangeAsync<Done>(
            caller,
            id,
            async (session, change, model, found) =>
            {
                var stages = await StageTable.OfAsync(session, model.Project);
                var stage = found.Version.Stage;
                if (StageDoor.RefuseArchiving(caller, model, stages, stage) is { } closed) return closed;
                var loaded = await VersionTable.LoadAsync(session, found);
                foreach (var alias in loaded.Aliases)
                    if (StageDoor.RefuseAlias(caller, model, stages, alias) is { } named) return named;
                await session.Prepare(AddAliasEvents)
                    .Bind("at_ms", change.NowMs).Bind("actor", caller.Name).Bind("version_no", found.Number)
                    .Bind("change_id", change.Id).ExecuteAsync();
                await session.Prepare(DeleteAliasesOfVersion).Bind("version_no", found.Number).ExecuteAsync();
                await session.Prepare(DeleteVersion).Bind("now_ms", change.NowMs).Bind("version_no", found.Number).ExecuteAsync();
                await session.Prepare(TouchModel).Bind("now_ms", change.NowMs).Bind("model_no", model.Number).ExecuteAsync();
                var before = EventJson.OfStage(stage);
                await EventTable.AddAsync(session, change, model, id.Version, "version.delete", before, null);
                return await refs.DeleteVersionAsync(
                    session, change, model, stages, id.Version, found.Version.Commit, stage, loaded.Aliases);
            },
            cancellation);
        if (deleted.IsFailure) return deleted;
        await audit.AppendAsync(new AuditEntry(caller.Name, "model.version.delete", $"model:{id}"), cancellation);
        return deleted;
    }

    public ValueTask<Result<Done>> SetTagAsync(Principal caller, ModelVersionId id, Tag tag, CancellationToken cancellation)
    {
        if (ModelRules.RefuseTag(tag, options) is { } badTag) return new(badTag);
        return writer.ChangeAsync<Done>(
            caller,
            id,
            async (session, change, model, found) =>
            {
                var before = await TagAsync(session, found, tag.Key);
                await session.Prepare(SetVersionTag)
                    .Bind("version_no", found.Number).Bind("key", tag.Key).Bind("value", tag.Value).ExecuteAsync();
                var after = EventJson.OfTag(tag.Key, tag.Value);
                await EventTable.AddAsync(session, change, model, id.Version, "version.tag.set", before, after);
                return Done.Value;
            },
            cancellation);
    }

    public ValueTask<Result<Done>> DeleteTagAsync(Principal caller, ModelVersionId id, string key, CancellationToken cancellation)
    {
        if (ModelRules.RefuseTagKey(key, options) is { } badKey) return new(badKey);
        return writer.ChangeAsync<Done>(
            caller,
            id,
            async (session, change, model, found) =>
            {
                if (await TagAsync(session, found, key) is not { } before) return Done.Value;
                await session.Prepare(DeleteVersionTag).Bind("version_no", found.Number).Bind("key", key).ExecuteAsync();
                await EventTable.AddAsync(session, change, model, id.Version, "version.tag.delete", before, null);
                return Done.Value;
            },
            cancellation);
    }

    /// <summary>The tag as an event tells it; null when there is none.</summary>
    private static async ValueTask<string?> TagAsync(DbSession session, StoredVersion version, string key)
    {
        var value = await session.Prepare(FindVersionTag)
            .Bind("version_no", version.Number).Bind("key", key).FirstAsync(static row => row.Text(0));
        return value is null ? null : EventJson.OfTag(key, value);
    }

    /// <summary>Clients of MLflow find the versions made of a logged model in one of its tags. The version stands without it.</summary>
    private async ValueTask TellAsync(Principal caller, LoggedModelId id, ModelVersionId version, CancellationToken cancellation)
    {
        var found = await loggedModels.GetAsync(caller, id, cancellation);
        if (found.TryGet(out var model, out var error))
        {
            var told = await loggedModels.SetTagsAsync(caller, id, [VersionsTag.Add(model.Tags, version)], cancellation);
            error = told.Error;
        }

        if (error is not null) RegistryLog.LoggedModelNotTold(logger, id, version, error);
    }

    private ValueTask<Result<T>> ReadAsync<T>(
        Principal caller, string model, Func<DbSession, StoredModel, ValueTask<Result<T>>> work, CancellationToken cancellation) =>
        database.ReadAsync<Result<T>>(
            async session => (await ModelTable.FindAsync(session, caller, model, Permission.View)).TryGet(out var stored, out var error)
                ? await work(session, stored)
                : error,
            cancellation);
}
