using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Serving.Canaries;

/// <summary>The native API of canaries.</summary>
internal static class CanaryEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/deployments/{name}/canary").WithTags("Deployments");
        api.MapPost("", StartAsync).WithMetadata(Policy.Deploy).WithSummary("Try a version on a growing part of the requests")
            .WithDescription(
                "It is promoted or taken back by what it does: failed, slow and wrong answers are compared after every look by a test that "
                + "holds however often it is looked at. What is left out has a default.")
            .Accepts<StartCanaryRequest>("application/json").Produces<CanaryView>(StatusCodes.Status201Created);
        api.MapGet("", GetAsync).WithMetadata(Policy.View).WithSummary("Read how the canary stands, or how the last one ended")
            .Produces<CanaryView>();
        api.MapPost("/promote", PromoteAsync).WithMetadata(Policy.Deploy).WithSummary("Give all requests to the candidate now")
            .Accepts<CanaryReasonRequest>("application/json").Produces<CanaryView>();
        api.MapPost("/stop", StopAsync).WithMetadata(Policy.Deploy).WithSummary("Go back to the routes before the canary")
            .Accepts<CanaryReasonRequest>("application/json").Produces<CanaryView>();
        api.MapPost("/outcomes", JudgeAsync).WithMetadata(Policy.Deploy)
            .WithSummary("Tell how many answers turned out right and wrong, once the truth is known")
            .WithDescription("Counts of answers given since the present step began; they are added to those told before.")
            .Accepts<CanaryOutcomesRequest>("application/json").Produces<CanaryView>();
    }

    private static async Task<IResult> StartAsync(HttpContext context, ICanaries canaries, string name)
    {
        var read = await JsonBody.ReadAsync(context, ServingJson.Default.StartCanaryRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        var started = await canaries.StartAsync(context.Caller(), name, request.ToPlan(), context.RequestAborted);
        return ApiResult.Created(
            started.Map(CanaryView.Of), ServingJson.Default.CanaryView, static view => $"/api/v1/deployments/{view.Deployment}/canary");
    }

    private static async Task<IResult> GetAsync(HttpContext context, ICanaries canaries, string name) =>
        Answer(await canaries.GetAsync(context.Caller(), name, context.RequestAborted));

    private static async Task<IResult> PromoteAsync(HttpContext context, ICanaries canaries, string name)
    {
        var read = await JsonBody.ReadAsync(context, ServingJson.Default.CanaryReasonRequest);
        return read.TryGet(out var request, out var error)
            ? Answer(await canaries.PromoteAsync(context.Caller(), name, request.Reason, context.RequestAborted))
            : ApiProblem.From(error);
    }

    private static async Task<IResult> StopAsync(HttpContext context, ICanaries canaries, string name)
    {
        var read = await JsonBody.ReadAsync(context, ServingJson.Default.CanaryReasonRequest);
        return read.TryGet(out var request, out var error)
            ? Answer(await canaries.StopAsync(context.Caller(), name, request.Reason, context.RequestAborted))
            : ApiProblem.From(error);
    }

    private static async Task<IResult> JudgeAsync(HttpContext context, ICanaries canaries, string name)
    {
        var read = await JsonBody.ReadAsync(context, ServingJson.Default.CanaryOutcomesRequest);
        return read.TryGet(out var request, out var error)
            ? Answer(await canaries.JudgeAsync(context.Caller(), name, request.Outcomes ?? [], context.RequestAborted))
            : ApiProblem.From(error);
    }

    private static IResult Answer(Result<Canary> canary) => ApiResult.Ok(canary.Map(CanaryView.Of), ServingJson.Default.CanaryView);
}
