using System.Globalization;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Events;
using Weighhouse.Registry.Gates;
using Weighhouse.Registry.Gates.Rules;
using Weighhouse.Registry.Models;
using Weighhouse.Registry.Repositories;
using Weighhouse.Registry.Stages;
using Weighhouse.Registry.Versions;

namespace Weighhouse.Registry.Aliases;

/// <summary>Names that point at one version each, and can be pointed elsewhere or back.</summary>
internal sealed class AliasService(
    RegistryWriter writer, ModelRefs refs, StageDoor door, FileRules files, GateRunner gates, IAuditLog audit, RegistryOptions options)
{
    private static readonly SqlText SetAlias = RegistrySql.Catalog["SetAlias"];
    private static readonly SqlText FindAlias = RegistrySql.Catalog["FindAlias"];
    private static readonly SqlText DeleteAlias = RegistrySql.Catalog["DeleteAlias"];
    private static readonly SqlText LastAliasEvent = RegistrySql.Catalog["LastAliasEvent"];

    public async ValueTask<Result<Done>> SetAsync(
        Principal caller, ModelVersionId version, string alias, CancellationToken cancellation)
    {
        if ((ModelRules.RefuseAlias(alias, options) ?? ModelRules.RefuseReserved(alias)) is { } badAlias) return badAlias;
        if (!(await files.OfAsync(caller, version, cancellation)).TryGet(out var rules, out var error)) return error;
        if ((await gates.RunDueForAliasAsync(caller, rules, alias, cancellation)).Error is { } unrun) return unrun;
        var set = await writer.ChangeAsync<Done>(
            caller,
            version,
            (session, change, model, found) =>
                PointAsync(session, change, model, alias, new Visitor(found, rules, Entrance.Promotion)),
            cancellation);
        if (!set.IsFailure) await TellAsync(caller, version.Model, EventJson.OfAlias(alias, version.Version), cancellation);
        return set;
    }

    public ValueTask<Result<Done>> DeleteAsync(Principal caller, string model, string alias, CancellationToken cancellation)
    {
        if (ModelRules.RefuseAlias(alias, options) is { } badAlias) return new(badAlias);
        return writer.ChangeAsync<Done>(
            caller, model, (session, change, stored) => RemoveAsync(session, change, stored, alias), cancellation);
    }

    public async ValueTask<Result<ModelAlias?>> RollbackAsync(
        Principal caller, string model, string alias, CancellationToken cancellation)
    {
        if (ModelRules.RefuseAlias(alias, options) is { } badAlias) return badAlias;
        var back = await writer.ChangeAsync<ModelAlias?>(
            caller, model, (session, change, stored) => UndoAsync(session, change, stored, alias), cancellation);
        if (back.IsFailure) return back;
        await TellAsync(caller, model, EventJson.OfAlias(alias, back.Value?.Version), cancellation);
        return back;
    }

    private async ValueTask<Result<ModelAlias?>> UndoAsync(DbSession session, Change change, StoredModel model, string alias)
    {
        var last = await session.Prepare(LastAliasEvent).Bind("model_no", model.Number).Bind("alias", alias)
            .FirstAsync(static row => ((string Change, string? Before)?)(row.Text(0), row.TextOrNull(1)));
        if (last is not { } undone)
            return Error.Precondition($"There is no change of alias '{alias}' of '{model.Name}' left to take back.");
        var undoing = change with { Undoes = undone.Change };
        if (undone.Before is null) return (await RemoveAsync(session, undoing, model, alias)).Map(static _ => (ModelAlias?)null);
        if (!long.TryParse(EventJson.Member(undone.Before, "version"), NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            return Error.Precondition($"The history does not tell where alias '{alias}' of '{model.Name}' pointed before. Set it.");
        if (!(await VersionTable.FindAsync(session, model, version)).TryGet(out var found, out _))
        {
            return Error.Precondition(
                $"Alias '{alias}' of '{model.Name}' pointed at version {version}, which is deleted. Set it elsewhere.");
        }

        var visitor = new Visitor(found, File: null, Entrance.Return);
        return (await PointAsync(session, undoing, model, alias, visitor)).Map(_ => (ModelAlias?)new ModelAlias(alias, version));
    }

    private async ValueTask<Result<Done>> PointAsync(
        DbSession session, Change change, StoredModel model, string alias, Visitor visitor)
    {
        var target = visitor.Version;
        var version = target.Version.Id.Version;
        var stages = await StageTable.OfAsync(session, model.Project);
        if ((await door.PointAsync(session, change, model, stages, visitor, alias)).Error is { } closed) return closed;
        var before = await session.Prepare(FindAlias).Bind("model_no", model.Number).Bind("alias", alias).LongAsync();
        await session.Prepare(SetAlias)
            .Bind("model_no", model.Number).Bind("alias", alias).Bind("version_no", target.Number).ExecuteAsync();
        await EventTable.AddAsync(
            session, change, model, version, "alias.set", EventJson.OfAlias(alias, before), EventJson.OfAlias(alias, version));
        return await refs.MoveAliasAsync(session, change, model, alias, target.Version.Commit?.Id);
    }

    private async ValueTask<Result<Done>> RemoveAsync(DbSession session, Change change, StoredModel model, string alias)
    {
        var version = await session.Prepare(FindAlias).Bind("model_no", model.Number).Bind("alias", alias).LongAsync();
        if (version is null) return Done.Value;
        var stages = await StageTable.OfAsync(session, model.Project);
        if (await door.RefuseRemovalAsync(session, change.Caller, model, stages, alias) is { } closed) return closed;
        await session.Prepare(DeleteAlias).Bind("model_no", model.Number).Bind("alias", alias).ExecuteAsync();
        await EventTable.AddAsync(session, change, model, version, "alias.delete", EventJson.OfAlias(alias, version), null);
        return await refs.MoveAliasAsync(session, change, model, alias, null);
    }

    private ValueTask TellAsync(Principal caller, string model, string? after, CancellationToken cancellation) =>
        audit.AppendAsync(new AuditEntry(caller.Name, "model.alias", $"model:{model}", After: after), cancellation);
}
