using Weighhouse.Serving;
using Weighhouse.Web.Words;

namespace Weighhouse.Web.Deployments;

/// <summary>Routes and versions in words.</summary>
internal static class RouteWords
{
    /// <summary>The actions that have words; an unknown one stands for itself.</summary>
    public static readonly IReadOnlyList<string> Actions =
    [
        "deployment.create", "deployment.route", "deployment.rollback", "deployment.load", "deployment.unload", "deployment.delete",
        "deployment.canary.start", "deployment.canary.step", "deployment.canary.promote", "deployment.canary.rollback",
        "deployment.canary.stop", "deployment.batch",
    ];

    public static string Title(DeploymentEvent change, PageWords words) =>
        Actions.Contains(change.Action) ? words[$"event.{change.Action}"] : change.Action;

    /// <summary>"churn v3 · 90 %": what a route leads to.</summary>
    public static string Of(DeploymentRoute route, PageWords words) =>
        route.Version is { } version ? $"{route.Model} v{version}"
        : route.Alias is { } alias ? $"{route.Model} @{alias}"
        : $"{route.Model} {words["deployment.latest"]}";

    /// <summary>Its part of the requests that name no version; null when it gets none of them.</summary>
    public static double? ShareOf(DeploymentRoute route, IReadOnlyList<DeploymentRoute> routes) =>
        route.Weight == 0 ? null : route.Weight / (double)routes.Sum(static other => other.Weight);

    public static string Of(IReadOnlyList<DeploymentRoute> routes, PageWords words) =>
        string.Join(" · ", routes.Select(route => ShareOf(route, routes) is { } share && routes.Count > 1
            ? $"{Of(route, words)} {Percent(share)}"
            : Of(route, words)));

    public static string Percent(double share) => FormattableString.Invariant($"{share * 100:0.##} %");

    public static (string Class, string Words) Look(VersionStatus status) => status.State switch
    {
        VersionState.Available => ("badge-ok", "version.available"),
        VersionState.Unloading => ("", "version.unloading"),
        VersionState.End when status.Error is not null => ("badge-bad", "version.failed"),
        VersionState.End => ("", "version.unloaded"),
        _ => ("badge-info", "version.loading"),
    };
}
