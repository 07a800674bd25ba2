using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Wire.Inference;

namespace Weighhouse.Wire.OpenInference;

/// <summary>Maps the table of routes. What is not in it answers in the protocol's shape too.</summary>
internal static class OpenInferenceEndpoints
{
    private static readonly RefusalShape Refusal = new(OpenInferenceErrors.WriteAsync);

    public static void Map(IEndpointRouteBuilder routes)
    {
        // Asked for with the first request: endpoints are mapped before the data directory and the database are opened.
        var backend = new Lazy<OpenInferenceBackend>(routes.ServiceProvider.GetRequiredService<OpenInferenceBackend>);
        foreach (var route in OpenInferenceRoutes.All)
        {
            // Every method, and the handler looks: another one is 405 here, where the address below would answer 404.
            routes.Map(route.Pattern, http => HttpMethods.Equals(http.Request.Method, route.Method) || IsHead(http, route)
                    ? route.Handler(http, backend.Value)
                    : WrongMethodAsync(http))
                .WithMetadata(route.Policy, Refusal).WithDisplayName($"Open Inference {route.Method} {route.Pattern}");
        }

        routes.Map(OpenInferenceRoutes.Prefix + "/{**rest}", NotFoundAsync)
            .WithMetadata(Policy.SignedIn, Refusal).WithDisplayName($"Open Inference {OpenInferenceRoutes.Prefix}/*");
    }

    private static bool IsHead(HttpContext http, OpenInferenceRoute route) =>
        HttpMethods.IsHead(http.Request.Method) && HttpMethods.IsGet(route.Method);

    private static async Task WrongMethodAsync(HttpContext http)
    {
        using var reply = new ReplyBuffer();
        reply.Raw("{\"error\":\"Method Not Allowed\"}"u8);
        await InferenceReplies.WriteAsync(http, StatusCodes.Status405MethodNotAllowed, reply);
    }

    private static Task NotFoundAsync(HttpContext http) => OpenInferenceErrors.WriteAsync(http, Error.NotFound("Not Found"));
}
