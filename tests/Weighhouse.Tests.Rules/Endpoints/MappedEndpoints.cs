using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Kernel;
using Weighhouse.Settings;

namespace Weighhouse.Tests.Rules.Endpoints;

/// <summary>The endpoints of the program as it would start, without starting it.</summary>
internal static class MappedEndpoints
{
    public static WebApplication Build()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"weighhouse-rules-{Environment.ProcessId}");
        return WeighApp.Build(ServerSettings.FromOptions((ServerSetting.Data, folder)));
    }

    /// <summary>"GET /health" and the permission, in the order of the paths; "*" where any method is taken.</summary>
    public static IEnumerable<(string Name, Permission Permission)> Of(IEndpointRouteBuilder routes) => Endpoints(routes)
        .Select(endpoint => (Path: PathOf(endpoint), Method: MethodOf(
            endpoint), endpoint.Metadata.GetMetadata<EndpointPolicy>()!.Permission))
        .OrderBy(endpoint => endpoint.Path, StringComparer.Ordinal).ThenBy(endpoint => endpoint.Method, StringComparer.Ordinal)
        .Select(endpoint => ($"{endpoint.Method} {endpoint.Path}", endpoint.Permission)).Distinct();

    private static IEnumerable<Endpoint> Endpoints(IEndpointRouteBuilder routes) =>
        routes.DataSources.SelectMany(source => source.Endpoints);

    private static string PathOf(Endpoint endpoint) =>
        "/" + ((endpoint as RouteEndpoint)?.RoutePattern.RawText ?? endpoint.DisplayName ?? "").TrimStart('/');

    private static string MethodOf(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is { HttpMethods: { Count: > 0 } methods } ? string.Join(',', methods) : "*";
}
