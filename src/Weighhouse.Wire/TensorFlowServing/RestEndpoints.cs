using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Wire.TensorFlowServing;

/// <summary>
/// TensorFlow Serving over HTTP. Its verbs follow a colon inside a segment, and what its addresses are is a pattern of its own: one route
/// takes them all.
/// </summary>
internal static class RestEndpoints
{
    public const string Prefix = "/v1/models";

    public static readonly EndpointPolicy Policy = Kernel.Policy.View;

    private static readonly RefusalShape Refusal = new(RestErrors.WriteAsync);

    public static void Map(IEndpointRouteBuilder routes)
    {
        // Asked for with the first request: endpoints are mapped before the data directory and the database are opened.
        var backend = new Lazy<RestBackend>(routes.ServiceProvider.GetRequiredService<RestBackend>);
        routes.Map(Prefix + "/{**rest}", (HttpContext http) => AnswerAsync(http, backend.Value))
            .WithMetadata(Policy, Refusal).WithDisplayName($"TensorFlow Serving {Prefix}");
    }

    private static Task AnswerAsync(HttpContext http, RestBackend backend)
    {
        var rest = http.Request.RouteValues["rest"] as string ?? "";
        if (rest.Length == 0) return RestErrors.WriteAsync(http, Error.Invalid("Missing model name in request."));
        if (RestPath.Parse(rest) is not { } path)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            http.Response.ContentLength = 0;
            return Task.CompletedTask;
        }

        var isQuestion = path.Verb is null or "metadata";
        var isGet = HttpMethods.IsGet(http.Request.Method);
        return (path.Verb, isQuestion == isGet && (isGet || HttpMethods.IsPost(http.Request.Method))) switch
        {
            (_, false) => RestErrors.WriteAsync(http, Error.Invalid($"Malformed request: {http.Request.Method} {http.Request.Path}")),
            (null, _) => StatusHandlers.StateAsync(http, backend, path.Target),
            ("metadata", _) => StatusHandlers.MetadataAsync(http, backend, path.Target),
            ("predict", _) => PredictHandler.PredictAsync(http, backend, path.Target),
            (var verb, _) => RestErrors.WriteAsync(http, new Error(
                ErrorCode.NotSupported, $"No signature of this model can {verb}: ask {http.Request.Path.Value!.Replace(verb, "predict")}")),
        };
    }
}
