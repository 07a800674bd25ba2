using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Serving;

namespace Weighhouse.Wire.MlflowScoring;

/// <summary>
/// MLflow's scoring server below a deployment's address, and the plain <c>/predict</c> of servers written by hand. A program that asked a
/// server of one model needs another base address, and no other change.
/// </summary>
internal static class ScoringEndpoints
{
    private const string Prefix = "/deployments/{name}";

    private static readonly RefusalShape Refusal = new(ScoringErrors.WriteAsync);

    public static void Map(IEndpointRouteBuilder routes)
    {
        // Asked for with the first request: endpoints are mapped before the data directory and the database are opened.
        var backend = new Lazy<ScoringBackend>(routes.ServiceProvider.GetRequiredService<ScoringBackend>);
        Add(routes, HttpMethods.Post, "/invocations", http => InvocationsHandler.InvokeAsync(http, backend.Value, TargetOf(http)));
        Add(routes, HttpMethods.Post, "/predict", http => InvocationsHandler.PredictAsync(http, backend.Value, TargetOf(http)));
        Add(routes, HttpMethods.Get, "/ping", http => PingAsync(http, backend.Value));
        Add(routes, HttpMethods.Get, "/health", http => PingAsync(http, backend.Value));
    }

    private static void Add(IEndpointRouteBuilder routes, string method, string path, RequestDelegate handler) =>
        routes.MapMethods(Prefix + path, [method], handler).WithMetadata(Policy.View, Refusal)
            .WithDisplayName($"MLflow scoring {method} {Prefix}{path}");

    private static ServingTarget TargetOf(HttpContext http) => new((string)http.Request.RouteValues["name"]!);

    /// <summary>An empty line when the deployment answers.</summary>
    private static Task PingAsync(HttpContext http, ScoringBackend backend)
    {
        if (backend.Models.Find(http.Caller(), TargetOf(http)).Error is { } error) return ScoringErrors.WriteAsync(http, error);
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync("\n", http.RequestAborted);
    }
}

/// <summary>What this protocol is a view of.</summary>
internal sealed record ScoringBackend(IPredictor Predictor, IServedModels Models, MlflowScoringOptions Options);
