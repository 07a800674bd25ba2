using Microsoft.AspNetCore.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Wire.Hub;

internal delegate Task HubHandler(HttpContext http, HubBackend backend);

/// <param name="Methods">With spaces between.</param>
internal sealed record HubRoute(string Methods, string Pattern, HubHandler Handler);

/// <summary>
/// The addresses of downloads on model hubs, for clients that are pointed at <c>/hub</c> by HF_ENDPOINT. A name may have its project
/// before it, as names there have their organisation; models and data sets are the same repositories.
/// </summary>
internal static class HubRoutes
{
    public const string Prefix = "/hub";

    public static readonly EndpointPolicy Policy = Kernel.Policy.View;

    public static readonly IReadOnlyList<HubRoute> All =
    [
        .. new[] { "", "/datasets" }.SelectMany(static kind => Names.Select(name => new HubRoute(
            "GET HEAD", $"{Prefix}{kind}/{name}/resolve/{{revision}}/{{**path}}", HubHandlers.ResolveAsync))),
        .. new[] { "models", "datasets" }.SelectMany(static kind => Names.SelectMany(name => new[]
        {
            new HubRoute("GET", $"{Prefix}/api/{kind}/{name}", HubHandlers.DescribeAsync),
            new HubRoute("GET", $"{Prefix}/api/{kind}/{name}/revision/{{revision}}", HubHandlers.DescribeAsync),
        })),
    ];

    private static string[] Names => ["{repo}", "{project}/{repo}"];
}
