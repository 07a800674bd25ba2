using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Aliases;
using Weighhouse.Registry.Events;
using Weighhouse.Registry.Gates.Rules;
using Weighhouse.Registry.Repositories;
using Weighhouse.Registry.Stages;
using Weighhouse.Registry.Versions;
using Weighhouse.Tracking;

namespace Weighhouse.Registry.Models;

internal sealed class RegisteredModelService(
    IDatabase database, RegistryWriter writer, ModelRefs refs, AliasService aliases, IAuditLog audit, RegistryOptions options,
    ModelFinder finder, RegistryNotices notices) : IRegisteredModels
{
    private static readonly SqlText AddModel = RegistrySql.Catalog["AddModel"];
    private static readonly SqlText RenameModel = RegistrySql.Catalog["RenameModel"];
    private static readonly SqlText TouchVersionsOfModel = RegistrySql.Catalog["TouchVersionsOfModel"];
    private static readonly SqlText DescribeModel = RegistrySql.Catalog["DescribeModel"];
    private static readonly SqlText DeleteModel = RegistrySql.Catalog["DeleteModel"];
    private static readonly SqlText SetModelTag = RegistrySql.Catalog["SetModelTag"];
    private static readonly SqlText FindModelTag = RegistrySql.Catalog["FindModelTag"];
    private static readonly SqlText DeleteModelTag = RegistrySql.Catalog["DeleteModelTag"];
    private static readonly SqlText SetModelRepository = RegistrySql.Catalog["SetModelRepository"];
    private static readonly SqlText ReadyModelRepository = RegistrySql.Catalog["ReadyModelRepository"];

    public ValueTask<Result<RegisteredModel>> CreateAsync(Principal caller, NewRegisteredModel model, CancellationToken cancellation)
    {
        var project = model.Project ?? Scope.DefaultProject;
        var tags = TagList.LastOfEach(model.Tags);
        if (ModelRules.RefuseName(model.Name, "name", options) is { } badName) return new(badName);
        if (ModelRules.RefuseName(project, "project", options) is { } badProject) return new(badProject);
        if (caller.Refuse(Permission.Contribute, Scope.Model(project, model.Name)) is { } refusal) return new(refusal);
        if (ModelRules.RefuseDescription(model.Description, options) is { } badDescription) return new(badDescription);
        if (ModelRules.RefuseTags(tags, options) is { } badTags) return new(badTags);
        return database.WriteAsync<RegisteredModel>(
            async session =>
            {
                var change = writer.First(caller);
                var number = await session.Prepare(AddModel)
                    .Bind("project", project)
                    .Bind("name", model.Name)
                    .Bind("description", model.Description)
                    .Bind("now_ms", change.NowMs)
                    .LongAsync();
                if (number is null) return Exists(model.Name);
                var now = change.NowMs;
                var stored = new StoredModel(number.Value, project, model.Name, model.Description, now, now, null, null, IsReady: true);
                if (!(await refs.CreateAsync(session, change, stored)).TryGet(out stored, out var taken)) return taken;
                await session.Prepare(SetModelRepository)
                    .Bind("repo_no", stored.RepositoryNumber).Bind("repository", stored.Repository).Bind("model_no", stored.Number)
                    .ExecuteAsync();
                await session.Prepare(ReadyModelRepository).Bind("model_no", stored.Number).ExecuteAsync();
                await session.ExecuteManyAsync(
                    SetModelTag,
                    tags,
                    (statement, tag) => statement.Bind("model_no", stored.Number).Bind("key", tag.Key).Bind("value", tag.Value));
                var after = EventJson.Of(("name", model.Name), ("description", model.Description), ("tags", EventJson.OfTags(tags)));
                await EventTable.AddAsync(session, change, stored, null, "model.create", null, after);
                await notices.PublishAsync(session, change, stored);
                return await ModelTable.LoadAsync(session, stored);
            },
            cancellation);
    }

    public ValueTask<Result<RegisteredModel>> GetAsync(Principal caller, string name, CancellationToken cancellation) =>
        database.ReadAsync<Result<RegisteredModel>>(
            async session => (await ModelTable.FindAsync(session, caller, name, Permission.View)).TryGet(out var stored, out var error)
                ? await ModelTable.LoadAsync(session, stored)
                : error,
            cancellation);

    public ValueTask<Result<Page<RegisteredModel>>> SearchAsync(Principal caller, ModelSearch search, CancellationToken cancellation) =>
        finder.FindAsync(caller, search, cancellation);

    public ValueTask<Result<RegisteredModel>> RenameAsync(Principal caller, string name, string newName, CancellationToken cancellation)
    {
        if (ModelRules.RefuseName(newName, "new_name", options) is { } badName) return new(badName);
        return writer.ChangeAsync<RegisteredModel>(
            caller,
            name,
            async (session, change, stored) =>
            {
                if ((caller.Refuse(Permission.Contribute, Scope.Model(stored.Project, newName))
                    ?? await RefuseSheddingAsync(session, caller, stored)) is { } refusal)
                {
                    return refusal;
                }

                var taken = await ModelTable.FindAsync(session, Principal.System, newName, Permission.View);
                if (taken.TryGet(out var other, out _) && other.Number != stored.Number) return Exists(newName);
                await session.Prepare(RenameModel)
                    .Bind("name", newName).Bind("now_ms", change.NowMs).Bind("model_no", stored.Number).ExecuteAsync();
                await refs.RenameAsync(session, change, stored, newName);
                await session.Prepare(TouchVersionsOfModel).Bind("now_ms", change.NowMs).Bind("model_no", stored.Number).ExecuteAsync();
                await EventTable.AddAsync(
                    session, change, stored, null, "model.rename", EventJson.Of(("name", name)), EventJson.Of(("name", newName)));
                return await ModelTable.LoadAsync(session, stored with { Name = newName, UpdatedMs = change.NowMs });
            },
            cancellation);
    }

    public ValueTask<Result<RegisteredModel>> DescribeAsync(
        Principal caller, string name, string? description, CancellationToken cancellation)
    {
        if (ModelRules.RefuseDescription(description, options) is { } badDescription) return new(badDescription);
        return writer.ChangeAsync<RegisteredModel>(
            caller,
            name,
            async (session, change, stored) =>
            {
                await session.Prepare(DescribeModel)
                    .Bind("description", description).Bind("now_ms", change.NowMs).Bind("model_no", stored.Number).ExecuteAsync();
                var before = EventJson.Of(("description", stored.Description));
                var after = EventJson.Of(("description", description));
                await EventTable.AddAsync(session, change, stored, null, "model.describe", before, after);
                return await ModelTable.LoadAsync(session, stored with { Description = description, UpdatedMs = change.NowMs });
            },
            cancellation);
    }

    public async ValueTask<Result<Done>> DeleteAsync(Principal caller, string name, CancellationToken cancellation)
    {
        var deleted = await writer.ChangeAsync<Done>(
            caller,
            name,
            async (session, change, stored) =>
            {
                if (await RefuseDeletionAsync(session, caller, stored) is { } closed) return closed;
                if (await RefuseSheddingAsync(session, caller, stored) is { } kept) return kept;
                await refs.DeleteAsync(session, change, stored);
                await session.Prepare(DeleteModel).Bind("now_ms", change.NowMs).Bind("model_no", stored.Number).ExecuteAsync();
                await EventTable.AddAsync(session, change, stored, null, "model.delete", EventJson.Of(("name", name)), null);
                return Done.Value;
            },
            cancellation);
        if (deleted.IsFailure) return deleted;
        await audit.AppendAsync(new AuditEntry(caller.Name, "model.delete", $"model:{name}"), cancellation);
        return deleted;
    }

    public ValueTask<Result<Done>> SetTagAsync(Principal caller, string name, Tag tag, CancellationToken cancellation)
    {
        if (ModelRules.RefuseTag(tag, options) is { } badTag) return new(badTag);
        return writer.ChangeAsync<Done>(
            caller,
            name,
            async (session, change, stored) =>
            {
                var before = await TagAsync(session, stored, tag.Key);
                await session.Prepare(SetModelTag)
                    .Bind("model_no", stored.Number).Bind("key", tag.Key).Bind("value", tag.Value).ExecuteAsync();
                await EventTable.AddAsync(
                    session, change, stored, null, "model.tag.set", before, EventJson.OfTag(tag.Key, tag.Value));
                return Done.Value;
            },
            cancellation);
    }

    public ValueTask<Result<Done>> DeleteTagAsync(Principal caller, string name, string key, CancellationToken cancellation)
    {
        if (ModelRules.RefuseTagKey(key, options) is { } badKey) return new(badKey);
        return writer.ChangeAsync<Done>(
            caller,
            name,
            async (session, change, stored) =>
            {
                if (await TagAsync(session, stored, key) is not { } before) return Done.Value;
                await session.Prepare(DeleteModelTag).Bind("model_no", stored.Number).Bind("key", key).ExecuteAsync();
                await EventTable.AddAsync(session, change, stored, null, "model.tag.delete", before, null);
                return Done.Value;
            },
            cancellation);
    }

    public ValueTask<Result<Done>> SetAliasAsync(
        Principal caller, ModelVersionId version, string alias, CancellationToken cancellation) =>
        aliases.SetAsync(caller, version, alias, cancellation);

    public ValueTask<Result<Done>> DeleteAliasAsync(Principal caller, string name, string alias, CancellationToken cancellation) =>
        aliases.DeleteAsync(caller, name, alias, cancellation);

    public ValueTask<Result<ModelAlias?>> RollbackAliasAsync(
        Principal caller, string name, string alias, CancellationToken cancellation) =>
        aliases.RollbackAsync(caller, name, alias, cancellation);

    /// <summary>
    /// A model of the same name that is made afterwards has no rules of its own: who may take them away may make room for it, nobody else.
    /// </summary>
    private static async ValueTask<Error?> RefuseSheddingAsync(DbSession session, Principal caller, StoredModel model) =>
        (await RulesTable.OfModelAsync(session, model)).Text.Length > 0
            && caller.Refuse(Permission.Administer, ModelTable.ScopeOf(model)) is { } refusal
            ? refusal with { Message = $"Model '{model.Name}' has rules of its own for its stages. {refusal.Message}" }
            : null;

    /// <summary>What is deleted with its model leaves its stage, and its aliases point nowhere.</summary>
    private static async ValueTask<Error?> RefuseDeletionAsync(DbSession session, Principal caller, StoredModel model)
    {
        var stages = await StageTable.OfAsync(session, model.Project);
        foreach (var stage in await StageTable.InUseAsync(session, model))
            if (StageDoor.RefuseArchiving(caller, model, stages, stage) is { } closed) return closed;
        foreach (var alias in (await ModelTable.LoadAsync(session, model)).Aliases)
            if (StageDoor.RefuseAlias(caller, model, stages, alias.Alias) is { } closed) return closed;
        return null;
    }

    /// <summary>The tag as an event tells it; null when there is none.</summary>
    private static async ValueTask<string?> TagAsync(DbSession session, StoredModel model, string key)
    {
        var value = await session.Prepare(FindModelTag)
            .Bind("model_no", model.Number).Bind("key", key).FirstAsync(static row => row.Text(0));
        return value is null ? null : EventJson.OfTag(key, value);
    }

    private static Error Exists(string name) => Error.Exists($"Registered Model (name={name}) already exists.");
}
