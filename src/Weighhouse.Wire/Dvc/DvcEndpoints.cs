using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Http;

namespace Weighhouse.Wire.Dvc;

/// <summary>Maps the table of routes: a remote of DVC's kind http.</summary>
internal static class DvcEndpoints
{
    private static readonly RefusalShape Refusal = new(DvcErrors.WriteAsync);

    public static void Map(IEndpointRouteBuilder routes)
    {
        // Asked for with the first request: endpoints are mapped before the data directory and the database are opened.
        var backend = new Lazy<DvcBackend>(routes.ServiceProvider.GetRequiredService<DvcBackend>);
        foreach (var route in DvcRoutes.All)
        {
            var handler = route.Handler;
            routes.MapMethods(DvcRoutes.Pattern, route.Methods.Split(' '), http => handler(http, backend.Value))
                .WithMetadata(route.Policy, Refusal).WithDisplayName($"DVC {route.Methods} {DvcRoutes.Pattern}");
        }
    }
}
