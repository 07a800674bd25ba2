using System.Globalization;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Serving.Fleet;

namespace Weighhouse.Serving.Deployments;

internal sealed class DeploymentService(
    IDatabase database, IAuditLog audit, IModelContent content, ServingOptions options, TimeProvider time, Lazy<ServingFleet> fleet)
    : IDeployments
{
    private static readonly SqlText AddDeployment = ServingSql.Catalog["AddDeployment"];
    private static readonly SqlText ChangeDeployment = ServingSql.Catalog["ChangeDeployment"];
    private static readonly SqlText DeleteDeployment = ServingSql.Catalog["DeleteDeployment"];
    private static readonly SqlText AddEvent = ServingSql.Catalog["AddEvent"];
    private static readonly SqlText FindEvent = ServingSql.Catalog["FindEvent"];
    private static readonly SqlText ListEvents = ServingSql.Catalog["ListEvents"];

    public async ValueTask<Result<Deployment>> CreateAsync(Principal caller, NewDeployment deployment, CancellationToken cancellation)
    {
        if ((DeploymentRules.RefuseName(deployment.Name, options) ?? DeploymentRules.RefuseRoutes(deployment.Routes, options)) is { } wrong)
            return wrong;
        if (!(await ProjectOfAsync(caller, deployment.Routes, cancellation)).TryGet(out var project, out var error)) return error;
        project = deployment.Project ?? project;
        if (caller.Refuse(Permission.Deploy, Scope.Deployment(project, deployment.Name)) is { } refusal) return refusal;
        var now = NowMs();
        var row = new Deployment(project, deployment.Name, deployment.Routes, 1, true, caller.Name, now, now);
        var json = DeploymentStore.Json(row.Routes);
        var made = await database.WriteAsync<Deployment>(
            async session =>
            {
                var number = await session.Prepare(AddDeployment)
                    .Bind("project", project).Bind("name", row.Name).Bind("routes_json", json)
                    .Bind("user_name", caller.Name).Bind("now_ms", now).LongAsync();
                if (number is null)
                    return Error.Exists($"There is a deployment '{row.Name}' already. Change its routes, or choose another name.");
                var stored = new StoredDeployment(number.Value, 0, row);
                var change = await TellAsync(session, stored, caller, "deployment.create", null, json, null, now);
                await WriteAsync(session, stored with { StateEvent = change }, now);
                return row;
            },
            cancellation);
        return await ToldAsync(caller, "deployment.create", made, null, cancellation);
    }

    public ValueTask<Result<Deployment>> GetAsync(Principal caller, string name, CancellationToken cancellation) =>
        database.ReadAsync<Result<Deployment>>(
            async session =>
                (await DeploymentStore.FindAsync(session, caller, name, Permission.View)).Map(static found => found.Deployment),
            cancellation);

    public ValueTask<Result<Page<Deployment>>> ListAsync(Principal caller, PageRequest page, CancellationToken cancellation)
    {
        if (RefusePage(page) is { } wrong) return new(wrong);
        const string Query = "deployments";
        var after = string.Empty;
        if (page.Token is not null)
        {
            if (!PageToken.Decode(Query, page.Token, 1).TryGet(out var values, out var error)) return new(error);
            after = values[0] ?? "";
        }

        return database.ReadAsync<Result<Page<Deployment>>>(
            async session =>
            {
                var seen = new List<Deployment>();
                while (true)
                {
                    var rows = await DeploymentStore.ListAsync(session, after, page.Size + 1);
                    foreach (var row in rows)
                    {
                        if (!caller.Can(Permission.View, Scope.Deployment(row.Deployment.Project, row.Deployment.Name))) continue;
                        if (seen.Count == page.Size) return new Page<Deployment>(seen, PageToken.Encode(Query, seen[^1].Name));
                        seen.Add(row.Deployment);
                    }

                    if (rows.Count <= page.Size) return new Page<Deployment>(seen, null);
                    after = rows[^1].Deployment.Name;
                }
            },
            cancellation);
    }

    public async ValueTask<Result<Deployment>> RouteAsync(
        Principal caller, string name, IReadOnlyList<DeploymentRoute> routes, CancellationToken cancellation)
    {
        if (DeploymentRules.RefuseRoutes(routes, options) is { } wrong) return wrong;
        if (!(await ProjectOfAsync(caller, routes, cancellation)).TryGet(out _, out var error)) return error;
        return await ChangeAsync(
            caller, name, "deployment.route", static (_, _) => default, (row, _) => row with { Routes = routes }, cancellation);
    }

    public ValueTask<Result<Deployment>> RollbackAsync(Principal caller, string name, CancellationToken cancellation) =>
        ChangeAsync(
            caller,
            name,
            "deployment.rollback",
            static async (session, stored) =>
            {
                var (parent, _) = await EventAsync(session, stored.StateEvent);
                if (parent is null)
                {
                    return Error.Precondition(
                        $"Deployment '{stored.Deployment.Name}' is as it was made: there is no change to go back before.");
                }

                return new Earlier(parent.Value, (await EventAsync(session, parent.Value)).Routes);
            },
            static (row, earlier) => row with { Routes = DeploymentStore.Routes(earlier!.RoutesJson) },
            cancellation);

    public ValueTask<Result<Deployment>> SetLoadedAsync(Principal caller, string name, bool isLoaded, CancellationToken cancellation) =>
        ChangeAsync(
            caller,
            name,
            isLoaded ? "deployment.load" : "deployment.unload",
            static async (_, stored) => new Earlier(stored.StateEvent, DeploymentStore.Json(stored.Deployment.Routes)),
            (row, _) => row with { IsLoaded = isLoaded },
            cancellation);

    public async ValueTask<Result<Done>> DeleteAsync(Principal caller, string name, CancellationToken cancellation)
    {
        var deleted = await database.WriteAsync<Deployment>(
            async session =>
            {
                var found = await DeploymentStore.FindAsync(session, caller, name, Permission.Deploy);
                if (!found.TryGet(out var stored, out var error)) return error;
                var (now, before) = (NowMs(), DeploymentStore.Json(stored.Deployment.Routes));
                await TellAsync(session, stored, caller, "deployment.delete", before, null, stored.StateEvent, now);
                await session.Prepare(DeleteDeployment).Bind("now_ms", now).Bind("deployment_no", stored.Number).ExecuteAsync();
                return stored.Deployment;
            },
            cancellation);
        return (await ToldAsync(caller, "deployment.delete", deleted, null, cancellation)).Map(static _ => Done.Value);
    }

    public ValueTask<Result<Page<DeploymentEvent>>> HistoryAsync(
        Principal caller, string name, PageRequest page, CancellationToken cancellation)
    {
        if (RefusePage(page) is { } wrong) return new(wrong);
        var query = $"deployment events\n{name}";
        var before = long.MaxValue;
        if (page.Token is not null)
        {
            if (!PageToken.Decode(query, page.Token, 1).TryGet(out var values, out var error)) return new(error);
            if (!long.TryParse(values[0], NumberStyles.None, CultureInfo.InvariantCulture, out before))
                return new(Error.Invalid("Invalid page_token. Start again without page_token.", "page_token"));
        }

        return database.ReadAsync<Result<Page<DeploymentEvent>>>(
            async session =>
            {
                var found = await DeploymentStore.FindAsync(session, caller, name, Permission.View);
                if (!found.TryGet(out var stored, out var error)) return error;
                var events = await session.Prepare(ListEvents)
                    .Bind("deployment_no", stored.Number).Bind("before_no", before).Bind("limit", page.Size + 1L)
                    .ListAsync(static row => new DeploymentEvent(
                        row.Long(0), row.Long(1), row.Long(2), row.Text(3), row.Text(4), row.TextOrNull(5), row.TextOrNull(6)));
                if (events.Count <= page.Size) return new Page<DeploymentEvent>(events, null);
                events.RemoveAt(page.Size);
                return new Page<DeploymentEvent>(
                    events, PageToken.Encode(query, events[^1].Number.ToString(CultureInfo.InvariantCulture)));
            },
            cancellation);
    }

    private Error? RefusePage(PageRequest page) => page.Size >= 1 && page.Size <= options.PageMax
        ? null
        : Error.Invalid($"A page has 1 to {options.PageMax} entries; {page.Size} were asked for.", "page_size");

    /// <summary>Writes a change with its event.</summary>
    /// <param name="find">The state to go back to, whose event the deployment then has; null for a new state.</param>
    private async ValueTask<Result<Deployment>> ChangeAsync(
        Principal caller,
        string name,
        string action,
        Func<DbSession, StoredDeployment, ValueTask<Result<Earlier?>>> find,
        Func<Deployment, Earlier?, Deployment> change,
        CancellationToken cancellation)
    {
        string? before = null;
        var changed = await database.WriteAsync<Deployment>(
            async session =>
            {
                var found = await DeploymentStore.FindAsync(session, caller, name, Permission.Deploy);
                if (!found.TryGet(out var stored, out var error)) return error;
                if (!(await find(session, stored)).TryGet(out var earlier, out error)) return error;
                var now = NowMs();
                before = DeploymentStore.Json(stored.Deployment.Routes);
                var row = change(stored.Deployment, earlier) with { Revision = stored.Deployment.Revision + 1, UpdatedMs = now };
                var after = DeploymentStore.Json(row.Routes);
                var made = await TellAsync(
                    session, stored with { Deployment = row }, caller, action, before, after, stored.StateEvent, now);
                await WriteAsync(session, new StoredDeployment(stored.Number, earlier?.Event ?? made, row), now);
                return row;
            },
            cancellation);
        return await ToldAsync(caller, action, changed, before, cancellation);
    }

    private static async ValueTask<(long? Parent, string Routes)> EventAsync(DbSession session, long number)
    {
        var found = await session.Prepare(FindEvent).Bind("event_no", number)
            .FirstAsync(static row => (Parent: row.LongOrNull(0), Routes: row.TextOrNull(1)));
        return (found.Parent, found.Routes ?? throw new InvariantException($"Event {number} is the state of a deployment and has routes."));
    }

    private static async ValueTask<long> TellAsync(
        DbSession session, StoredDeployment stored, Principal caller, string action, string? before, string? after, long? parent, long now)
    {
        var number = await session.Prepare(AddEvent)
            .Bind("deployment_no", stored.Number).Bind("parent_event_no", parent).Bind("revision", stored.Deployment.Revision)
            .Bind("at_ms", now).Bind("actor", caller.Name).Bind("action", action)
            .Bind("before_json", before).Bind("after_json", after).LongAsync();
        Invariant.That(number is not null);
        return number.Value;
    }

    private static async ValueTask WriteAsync(DbSession session, StoredDeployment stored, long now) =>
        await session.Prepare(ChangeDeployment)
            .Bind("routes_json", DeploymentStore.Json(stored.Deployment.Routes)).Bind("revision", stored.Deployment.Revision)
            .Bind("state_event_no", stored.StateEvent).Bind("is_loaded", stored.Deployment.IsLoaded).Bind("now_ms", now)
            .Bind("deployment_no", stored.Number).ExecuteAsync();

    private async ValueTask<Result<Deployment>> ToldAsync(
        Principal caller, string action, Result<Deployment> changed, string? before, CancellationToken cancellation)
    {
        if (!changed.TryGet(out var row, out _)) return changed;
        fleet.Value.Wake();
        var after = action is "deployment.delete" ? null : DeploymentStore.Json(row.Routes);
        await audit.AppendAsync(new AuditEntry(caller.Name, action, $"deployment:{row.Name}", before, after), cancellation);
        return changed;
    }

    /// <summary>Every model named must be one the caller may view, with the version meant; the first one's project is the answer.</summary>
    private async ValueTask<Result<string>> ProjectOfAsync(
        Principal caller, IReadOnlyList<DeploymentRoute> routes, CancellationToken cancellation)
    {
        string? project = null;
        foreach (var route in routes)
        {
            var found = await content.ResolveAsync(caller, route.Model, route.Version, route.Alias, cancellation);
            if (!found.TryGet(out var version, out var error)) return error;
            if (!(await content.FilesAsync(caller, version, cancellation)).TryGet(out var files, out error)) return error;
            project ??= files.Project;
        }

        return project!;
    }

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed record Earlier(long Event, string RoutesJson);
}
