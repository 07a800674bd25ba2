using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Wire.GitLfs;

/// <summary>Maps the table of routes. What is not in it answers as the client expects: JSON.</summary>
internal static class LfsEndpoints
{
    private static readonly RefusalShape Refusal = new(LfsErrors.WriteAsync);

    public static void Map(IEndpointRouteBuilder routes)
    {
        // Asked for with the first request: endpoints are mapped before the data directory and the database are opened.
        var backend = new Lazy<LfsBackend>(routes.ServiceProvider.GetRequiredService<LfsBackend>);
        foreach (var route in LfsRoutes.All)
        {
            var handler = route.Handler;
            Add(routes.MapMethods(route.Pattern, [route.Method], http => handler(new LfsCall(http, backend.Value))),
                route.Policy, $"{route.Method} {route.Pattern}");
        }

        Add(routes.Map(LfsRoutes.Prefix + "/{**rest}", NotFoundAsync), Policy.SignedIn, LfsRoutes.Prefix + "/*");
    }

    private static void Add(IEndpointConventionBuilder endpoint, EndpointPolicy policy, string name) =>
        endpoint.WithMetadata(policy, Refusal).WithDisplayName($"Git LFS {name}");

    private static Task NotFoundAsync(HttpContext http) =>
        LfsErrors.WriteAsync(http, Error.NotFound($"Git LFS has no endpoint {http.Request.Method} {LoggedPath.Of(http.Request)} here."));
}
