using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Wire.Mlflow.Errors;

namespace Weighhouse.Wire.Mlflow.Routing;

/// <summary>Maps the table of routes, and answers what is not in it as MLflow's clients expect: JSON, never HTML.</summary>
internal static class MlflowEndpoints
{
    private static readonly RefusalShape Refusal = new(MlflowErrors.WriteAsync);

    public static void Map(IEndpointRouteBuilder routes)
    {
        // Asked for with the first request: endpoints are mapped before the data directory and the database are opened.
        var backend = new Lazy<MlflowBackend>(routes.ServiceProvider.GetRequiredService<MlflowBackend>);
        foreach (var route in MlflowRoutes.All)
        {
            var answer = Answer(route.Handler, backend);
            foreach (var pattern in route.Patterns)
            {
                var endpoint = route.Method is MlflowRoute.AnyMethod
                    ? routes.Map(pattern, answer)
                    : routes.MapMethods(pattern, [route.Method], answer);
                Add(endpoint, route.Policy, $"MLflow {route.Method} {pattern}");
            }
        }

        foreach (var prefix in MlflowPaths.Api.Concat(MlflowPaths.Artifacts))
            Add(routes.Map(prefix + "/{**rest}", NotFoundAsync), Policy.SignedIn, $"MLflow {prefix}/*");
    }

    private static void Add(IEndpointConventionBuilder endpoint, EndpointPolicy policy, string name) =>
        endpoint.WithMetadata(policy, Refusal).WithDisplayName(name);

    private static RequestDelegate Answer(MlflowHandler handler, Lazy<MlflowBackend> backend) =>
        http => MlflowBoundary.RunAsync(http, handler, backend.Value);

    private static Task NotFoundAsync(HttpContext http) => MlflowErrors.WriteAsync(
        http,
        StatusCodes.Status404NotFound,
        MlflowErrors.EndpointNotFound,
        $"There is no endpoint {http.Request.Method} {http.Request.Path}.");
}
