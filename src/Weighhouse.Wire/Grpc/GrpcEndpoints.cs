using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Wire.Grpc.Transport;

namespace Weighhouse.Wire.Grpc;

/// <summary>Maps the table of methods.</summary>
internal static class GrpcEndpoints
{
    private static readonly RefusalShape Refusal = new(GrpcTransport.RefuseAsync);

    public static void Map(IEndpointRouteBuilder routes)
    {
        // Asked for with the first call: endpoints are mapped before the data directory and the database are opened.
        var backend = new Lazy<GrpcBackend>(routes.ServiceProvider.GetRequiredService<GrpcBackend>);
        foreach (var method in GrpcServices.Methods)
        {
            var endpoint = routes.MapPost(
                method.Path, (RequestDelegate)(http => GrpcTransport.AnswerAsync(http, method, backend.Value)));
            endpoint.WithMetadata(method.Policy, Refusal).WithDisplayName($"gRPC {method.Path}").ExcludeFromDescription();
            if (method.Stream is not null) endpoint.WithMetadata(OpenEnded.Mark);
        }
    }

    /// <summary>Answers calls of services nobody mapped the way gRPC clients understand: a 404 would puzzle them.</summary>
    public static void RefuseUnknown(IApplicationBuilder app) => app.Use((http, next) =>
        http.GetEndpoint() is null
        && http.Request.ContentType?.StartsWith(GrpcTransport.ContentType, StringComparison.Ordinal) is true
        && http.Response.SupportsTrailers()
            ? GrpcTransport.RefuseAsync(http, new Error(ErrorCode.NotSupported, WhatIsUnknown(http.Request.Path)))
            : next(http));

    private static string WhatIsUnknown(PathString path)
    {
        var words = (path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        return words is [var service, var method] && GrpcServices.Names.Contains(service, StringComparer.Ordinal)
            ? $"{service} has no method {method}."
            : $"{path.Value} is not a method of a service of this server; it has {string.Join(", ", GrpcServices.Names)}.";
    }
}
