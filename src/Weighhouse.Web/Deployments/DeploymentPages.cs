using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Web.Pages;

namespace Weighhouse.Web.Deployments;

/// <summary>What is deployed, and one deployment with its versions, its canary and its history.</summary>
internal static class DeploymentPages
{
    private const int PageSize = 100;
    private const int EventsShown = 50;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage("/deployments", Policy.View, ListAsync);
        routes.MapPage("/deployments/{name}", Policy.View, ShowAsync);
        DeploymentForms.Map(routes);
    }

    private static async ValueTask<IResult> ListAsync(PageCall call)
    {
        var found = await call.Get<IDeployments>().ListAsync(
            call.Caller, new PageRequest(PageSize, call.Query("page")), call.Cancellation);
        if (!found.TryGet(out var page, out var error)) return call.Fail(error);
        var statuses = call.Get<IServedModels>().List(call.Caller).ToLookup(static status => status.Deployment, StringComparer.Ordinal);
        return call.Show<DeploymentListPage>(
            PageHead.Of(call.Words["nav.deployments"], Section.Deployments),
            new DeploymentListModel(page, statuses, call.Query("page") is not null));
    }

    private static async ValueTask<IResult> ShowAsync(PageCall call)
    {
        var name = call.Route("name");
        if (!(await call.Get<IDeployments>().GetAsync(call.Caller, name, call.Cancellation)).TryGet(out var row, out var error))
            return call.Fail(error);
        var events = await call.Get<IDeployments>().HistoryAsync(call.Caller, name, new PageRequest(EventsShown), call.Cancellation);
        if (!events.TryGet(out var history, out error)) return call.Fail(error);
        var canary = await call.Get<ICanaries>().GetAsync(call.Caller, name, call.Cancellation);
        if (canary.Error is { Code: not ErrorCode.NotFound } failure) return call.Fail(failure);
        // A replica that has not looked yet knows nothing of a deployment just made: it has no versions then.
        var served = call.Get<IServedModels>();
        var versions = served.Versions(call.Caller, name).TryGet(out var known, out _) ? known : [];
        var statistics = served.Statistics(call.Caller, name, null).TryGet(out var counted, out _) ? counted : [];
        var model = new DeploymentModel(
            row, versions, statistics, canary.Error is null ? canary.Value : null, history.Items,
            call.Caller.Can(Permission.Deploy, Scope.Deployment(row.Project, row.Name)));
        var head = new PageHead(
            row.Name, Section.Deployments, [new Crumb(call.Words["nav.deployments"], "/deployments"), new Crumb(row.Name)], []);
        return call.Show<DeploymentPage>(head, model);
    }
}

public sealed record DeploymentListModel(Page<Deployment> Deployments, ILookup<string, VersionStatus> Statuses, bool IsLaterPage);

/// <param name="Versions">As they stand on the replica that answers.</param>
/// <param name="Canary">The one that runs, or the last; null when there never was one.</param>
public sealed record DeploymentModel(
    Deployment Deployment,
    IReadOnlyList<VersionStatus> Versions,
    IReadOnlyList<VersionStatistics> Statistics,
    Canary? Canary,
    IReadOnlyList<DeploymentEvent> Events,
    bool MayDeploy)
{
    public string Url => Parts.Links.Deployment(Deployment.Name);

    public bool IsCanaryRunning => Canary is { IsRunning: true };
}
