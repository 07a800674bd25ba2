using System.Globalization;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Serving.Batching;
using Weighhouse.Serving.Canaries;

namespace Weighhouse.Serving.Deployments;

internal sealed class DeploymentService(
    IDatabase database, DeploymentWriter writer, RoutedModels models, CanaryStore canaries, ServingOptions options)
    : IDeployments
{
    private static readonly SqlText AddDeployment = ServingSql.Catalog["AddDeployment"];
    private static readonly SqlText DeleteDeployment = ServingSql.Catalog["DeleteDeployment"];
    private static readonly SqlText ListEvents = ServingSql.Catalog["ListEvents"];

    public async ValueTask<Result<Deployment>> CreateAsync(Principal caller, NewDeployment deployment, CancellationToken cancellation)
    {
        if ((DeploymentRules.RefuseName(deployment.Name, options) ?? DeploymentRules.RefuseRoutes(deployment.Routes, options)
            ?? BatchRules.Refuse(deployment.Batch, options)) is { } wrong)
            return wrong;
        if (!(await models.ProjectOfAsync(caller, deployment.Routes, cancellation)).TryGet(out var project, out var error)) return error;
        project = deployment.Project ?? project;
        if (caller.Refuse(Permission.Deploy, Scope.Deployment(project, deployment.Name)) is { } refusal) return refusal;
        var now = writer.NowMs;
        var row = new Deployment(project, deployment.Name, deployment.Routes, 1, true, caller.Name, now, now) { Batch = deployment.Batch };
        var json = DeploymentStore.StateJson(row);
        var made = await database.WriteAsync<Deployment>(
            async session =>
            {
                var number = await session.Prepare(AddDeployment)
                    .Bind("project", project).Bind("name", row.Name).Bind("routes_json", DeploymentStore.Json(row.Routes))
                    .Bind("user_name", caller.Name).Bind("now_ms", now).LongAsync();
                if (number is null)
                    return Error.Exists($"There is a deployment '{row.Name}' already. Change its routes, or choose another name.");
                var stored = new StoredDeployment(number.Value, 0, row, null);
                var change = await writer.TellAsync(session, stored, caller, new ToldChange("deployment.create", null, json, null));
                await writer.WriteAsync(session, stored with { StateEvent = change });
                return row;
            },
            cancellation);
        return await writer.ToldAsync(caller, "deployment.create", made, null, cancellation);
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
        if (!(await models.ProjectOfAsync(caller, routes, cancellation)).TryGet(out _, out var error)) return error;
        return await writer.ChangeAsync(
            caller,
            name,
            "deployment.route",
            (_, stored) => new(stored.Canary is null
                ? new NextState(stored.Deployment with { Routes = routes })
                : Error.Precondition($"A canary of '{name}' is running. Promote it or stop it before you change the routes.")),
            cancellation);
    }

    public async ValueTask<Result<Deployment>> BatchAsync(
        Principal caller, string name, BatchPolicy? batch, CancellationToken cancellation)
    {
        if (BatchRules.Refuse(batch, options) is { } wrong) return wrong;
        return await writer.ChangeAsync(
            caller,
            name,
            "deployment.batch",
            (_, stored) => new(stored.Canary is null
                ? new NextState(stored.Deployment with { Batch = batch })
                : Error.Precondition($"A canary of '{name}' is running. Promote it or stop it before you change its batching.")),
            cancellation);
    }

    public ValueTask<Result<Deployment>> RollbackAsync(Principal caller, string name, CancellationToken cancellation) =>
        writer.ChangeAsync(
            caller,
            name,
            "deployment.rollback",
            async (session, stored) =>
            {
                if (stored.Canary is { } canary)
                    await canaries.EndAsync(session, canary.Number, CanaryState.Stopped, $"{caller.Name} rolled the deployment back.");
                var (parent, _) = await DeploymentWriter.StateAsync(session, stored.StateEvent);
                if (parent is null)
                {
                    return Error.Precondition(
                        $"Deployment '{stored.Deployment.Name}' is as it was made: there is no change to go back before.");
                }

                var (_, (routes, batch)) = await DeploymentWriter.StateAsync(session, parent.Value);
                return new NextState(stored.Deployment with { Routes = routes, Batch = batch }) { StateEvent = parent };
            },
            cancellation);

    public ValueTask<Result<Deployment>> SetLoadedAsync(Principal caller, string name, bool isLoaded, CancellationToken cancellation) =>
        writer.ChangeAsync(
            caller,
            name,
            isLoaded ? "deployment.load" : "deployment.unload",
            (_, stored) => new(new NextState(stored.Deployment with { IsLoaded = isLoaded }) { StateEvent = stored.StateEvent }),
            cancellation);

    public async ValueTask<Result<Done>> DeleteAsync(Principal caller, string name, CancellationToken cancellation)
    {
        var deleted = await database.WriteAsync<Deployment>(
            async session =>
            {
                var found = await DeploymentStore.FindAsync(session, caller, name, Permission.Deploy);
                if (!found.TryGet(out var stored, out var error)) return error;
                if (stored.Canary is { } canary)
                    await canaries.EndAsync(session, canary.Number, CanaryState.Stopped, $"{caller.Name} deleted the deployment.");
                var before = DeploymentStore.StateJson(stored.Deployment);
                await writer.TellAsync(session, stored, caller, new ToldChange("deployment.delete", before, null, stored.StateEvent));
                await session.Prepare(DeleteDeployment).Bind("now_ms", writer.NowMs).Bind("deployment_no", stored.Number).ExecuteAsync();
                return stored.Deployment;
            },
            cancellation);
        return (await writer.ToldAsync(caller, "deployment.delete", deleted, null, cancellation)).Map(static _ => Done.Value);
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
                        row.Long(0), row.Long(1), row.Long(2), row.Text(3), row.Text(4), DeploymentStore.StateOrNull(row.TextOrNull(5)),
                        DeploymentStore.StateOrNull(row.TextOrNull(6)), row.TextOrNull(7)));
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
}
