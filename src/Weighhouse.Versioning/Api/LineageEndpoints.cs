using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Api;

/// <summary>The native API of the lineage graph.</summary>
internal static class LineageEndpoints
{
    private const int Distance = 20;
    private const int DistanceMax = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/lineage").WithTags("Lineage");
        api.MapGet("/why", WhyAsync).WithMetadata(Policy.View).WithSummary("What something came from, nearest first")
            .WithDescription("Query: node, such as prediction:4f3a; distance.").Produces<LineageView>();
        api.MapGet("/impact", ImpactAsync).WithMetadata(Policy.View).WithSummary("What came of something, nearest first")
            .WithDescription("Query: node, such as commit:91ab; distance.").Produces<LineageView>();
        api.MapPost("", RecordAsync).WithMetadata(Policy.Contribute).WithSummary("Record edges between what happened")
            .Accepts<EdgesRequest>("application/json").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> WhyAsync(HttpContext context, ILineage lineage)
    {
        var query = context.Request.Query;
        if (!query.Int("distance", Distance, 1, DistanceMax).TryGet(out var distance, out var error)) return ApiProblem.From(error);
        return View(await lineage.WhyAsync(context.Caller(), query.Text("node") ?? "", distance, context.RequestAborted));
    }

    private static async Task<IResult> ImpactAsync(HttpContext context, ILineage lineage)
    {
        var query = context.Request.Query;
        if (!query.Int("distance", Distance, 1, DistanceMax).TryGet(out var distance, out var error)) return ApiProblem.From(error);
        return View(await lineage.ImpactAsync(context.Caller(), query.Text("node") ?? "", distance, context.RequestAborted));
    }

    private static async Task<IResult> RecordAsync(HttpContext context, ILineage lineage)
    {
        var read = await JsonBody.ReadAsync(context, VersioningJson.Default.EdgesRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        var edges = (request.Edges ?? [])
            .Select(static edge => new LineageEdge(edge.Source ?? "", edge.Relation ?? "", edge.Destination ?? "")).ToArray();
        return ApiResult.Empty(await lineage.RecordAsync(
            context.Caller(), request.Project ?? Scope.DefaultProject, edges, context.RequestAborted));
    }

    private static IResult View(Result<LineageGraph> graph) =>
        ApiResult.Ok(graph.Map(LineageView.Of), VersioningJson.Default.LineageView);
}
