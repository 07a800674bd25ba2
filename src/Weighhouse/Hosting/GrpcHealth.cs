using Microsoft.AspNetCore.Http.Features;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Hosting;

/// <summary>
/// The gRPC port answers the standard health question; every other service is, truthfully, unimplemented.
/// https://github.com/grpc/grpc/blob/master/doc/health-checking.md
/// </summary>
internal static class GrpcHealth
{
    private const string ContentType = "application/grpc";
    private const string Unimplemented = "12";

    /// <summary>The question names a service at most; whoever asks need not have signed in.</summary>
    private const long QuestionBytesMax = 4_096;

    /// <summary>A message frame: not compressed, length 2, field 1 (status) = SERVING.</summary>
    private static readonly byte[] Serving = [0, 0, 0, 0, 2, 0x08, 0x01];

    public static void MapGrpcHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/grpc.health.v1.Health/Check", (RequestDelegate)CheckAsync).WithMetadata(Policy.Anyone).ExcludeFromDescription();
    }

    /// <summary>Answers calls of services nobody mapped the way gRPC clients understand: a 404 would puzzle them.</summary>
    public static void UseUnknownGrpcServices(this IApplicationBuilder app) => app.Use((context, next) =>
        context.GetEndpoint() is null
        && context.Request.ContentType?.StartsWith(ContentType, StringComparison.Ordinal) is true
        && context.Response.SupportsTrailers()
            ? UnknownAsync(context)
            : next(context));

    private static async Task CheckAsync(HttpContext context)
    {
        if (!context.Response.SupportsTrailers())
        {
            await ApiProblem.WriteAsync(context, Error.Invalid("gRPC needs HTTP/2: ask on the gRPC port, or ask GET /health here."));
            return;
        }

        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = QuestionBytesMax;
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        context.Response.ContentType = ContentType;
        await context.Response.Body.WriteAsync(Serving, context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private static Task UnknownAsync(HttpContext context)
    {
        context.Response.ContentType = ContentType;
        context.Response.AppendTrailer("grpc-status", Unimplemented);
        context.Response.AppendTrailer("grpc-message", Uri.EscapeDataString($"{context.Request.Path} is not a service of this server"));
        return Task.CompletedTask;
    }
}
