using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Http;

namespace Weighhouse.Wire.Hub;

/// <summary>Maps the table of routes: downloads in the layout of model hubs.</summary>
internal static class HubEndpoints
{
    private static readonly RefusalShape Refusal = new(HubErrors.WriteAsync);

    public static void Map(IEndpointRouteBuilder routes)
    {
        // Asked for with the first request: endpoints are mapped before the data directory and the database are opened.
        var backend = new Lazy<HubBackend>(routes.ServiceProvider.GetRequiredService<HubBackend>);
        foreach (var route in HubRoutes.All)
        {
            var handler = route.Handler;
            routes.MapMethods(route.Pattern, route.Methods.Split(' '), http => handler(http, backend.Value))
                .WithMetadata(HubRoutes.Policy, Refusal).WithDisplayName($"Hub {route.Methods} {route.Pattern}");
        }
    }
}
