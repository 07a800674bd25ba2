using Weighhouse.Kernel;
using Weighhouse.Serving.Deployments;

namespace Weighhouse.Serving.Fleet;

internal sealed class ServedModels(ServingFleet fleet, DeploymentService deployments) : IServedModels
{
    public bool IsReady => fleet.IsReady;

    public Result<ServedVersion> Find(Principal caller, ServingTarget target)
    {
        if (!fleet.Table.Find(caller, target.Deployment).TryGet(out var deployment, out var error)) return error;
        return deployment.Choose(target).TryGet(out var version, out error) ? version.Version.Served : error;
    }

    public Result<IReadOnlyList<VersionStatus>> Versions(Principal caller, string deployment) =>
        fleet.Table.Find(caller, deployment).Map(static found => found.Statuses);

    public IReadOnlyList<VersionStatus> List(Principal caller) =>
    [
        .. fleet.Table.All.Where(deployment => caller.Can(Permission.View, deployment.Scope))
            .OrderBy(static deployment => deployment.Name, StringComparer.Ordinal).SelectMany(static deployment => deployment.Statuses),
    ];

    public Result<IReadOnlyList<VersionStatistics>> Statistics(Principal caller, string? deployment, long? version)
    {
        if (deployment is null)
        {
            return fleet.Table.All.Where(found => caller.Can(Permission.View, found.Scope))
                .OrderBy(static found => found.Name, StringComparer.Ordinal)
                .SelectMany(static found => found.Routes).Select(static route => route.Version).Distinct()
                .Select(static loaded => loaded.Counters.Read(loaded.Served)).ToList();
        }

        if (!fleet.Table.Find(caller, deployment).TryGet(out var one, out var error)) return error;
        if (version is not null && one.Choose(new ServingTarget(deployment, version)).Error is { } missing) return missing;
        return one.Routes.Select(static route => route.Version).Distinct()
            .Where(loaded => version is null || loaded.Served.Version == version)
            .Select(static loaded => loaded.Counters.Read(loaded.Served)).ToList();
    }

    public async ValueTask<Result<Done>> LoadAsync(Principal caller, string deployment, CancellationToken cancellation)
    {
        if (!(await deployments.SetLoadedAsync(caller, deployment, true, cancellation)).TryGet(out var row, out var error)) return error;
        fleet.Forgive(deployment, row.Revision);
        fleet.Wake();
        var settled = await fleet.SettledAsync(deployment, row.Revision, cancellation);
        return settled?.Problem is { } problem ? problem : Done.Ok;
    }

    public async ValueTask<Result<Done>> UnloadAsync(Principal caller, string deployment, CancellationToken cancellation)
    {
        var row = await deployments.SetLoadedAsync(caller, deployment, false, cancellation);
        if (!row.TryGet(out var changed, out var error)) return error;
        fleet.Wake();
        await fleet.SettledAsync(deployment, changed.Revision, cancellation);
        return Done.Ok;
    }
}
