using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Serving.Fleet;

namespace Weighhouse.Serving.Deployments;

/// <summary>The native API of deployments.</summary>
internal static class DeploymentEndpoints
{
    private const int PageSize = 100;
    private const int PageSizeMax = 1_000;
    private const int WaitSecondsMax = 600;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/deployments").WithTags("Deployments");
        api.MapGet("", ListAsync).WithMetadata(Policy.View).WithSummary("List deployments by name")
            .WithDescription("Query: page_size, page_token.").Produces<DeploymentPage>();
        api.MapPost("", CreateAsync).WithMetadata(Policy.Deploy).WithSummary("Serve models under a name")
            .WithDescription(
                "Each route has a model, a version or an alias (neither: the latest version), a weight and a label. Query: wait_seconds, "
                + "how long the answer waits for the versions to be loaded; 0 by default.")
            .Accepts<CreateDeploymentRequest>("application/json").Produces<DeploymentView>(StatusCodes.Status201Created);
        api.MapGet("/{name}", GetAsync).WithMetadata(Policy.View).WithSummary("Read a deployment and how its versions stand")
            .Produces<DeploymentView>();
        api.MapPut("/{name}/routes", RouteAsync).WithMetadata(Policy.Deploy).WithSummary("Replace a deployment's routes")
            .WithDescription("They take effect whole, when every version they name is loaded. Query: wait_seconds.")
            .Accepts<RouteDeploymentRequest>("application/json").Produces<DeploymentView>();
        api.MapPut("/{name}/batch", BatchAsync).WithMetadata(Policy.Deploy)
            .WithSummary("Gather a deployment's requests into runs of more rows, or not any more")
            .WithDescription("No version is loaded anew. Without batch in the body, every request is a run of its own.")
            .Accepts<BatchDeploymentRequest>("application/json").Produces<DeploymentView>();
        api.MapPost("/{name}/rollback", RollbackAsync).WithMetadata(Policy.Deploy)
            .WithSummary("Go back to routes and batching before the last change").WithDescription("Query: wait_seconds.")
            .Produces<DeploymentView>();
        api.MapDelete("/{name}", DeleteAsync).WithMetadata(Policy.Deploy).WithSummary("Delete a deployment; its history stays")
            .Produces(StatusCodes.Status204NoContent);
        api.MapGet("/{name}/history", HistoryAsync).WithMetadata(Policy.View).WithSummary("List a deployment's changes, newest first")
            .WithDescription("Query: page_size, page_token.").Produces<DeploymentEventPage>();
    }

    private static async Task<IResult> ListAsync(HttpContext context, IDeployments deployments, IServedModels models)
    {
        if (!context.Request.Query.Page(PageSize, PageSizeMax).TryGet(out var page, out var error)) return ApiProblem.From(error);
        var listed = await deployments.ListAsync(context.Caller(), page, context.RequestAborted);
        return ApiResult.Ok(
            listed.Map(found => new DeploymentPage([.. found.Items.Select(row => View(context, models, row))], found.NextToken)),
            ServingJson.Default.DeploymentPage);
    }

    private static async Task<IResult> CreateAsync(HttpContext context, IDeployments deployments, IServedModels models, ServingFleet fleet)
    {
        if (!WaitOf(context).TryGet(out var wait, out var error)) return ApiProblem.From(error);
        var read = await JsonBody.ReadAsync(context, ServingJson.Default.CreateDeploymentRequest);
        if (!read.TryGet(out var request, out error)) return ApiProblem.From(error);
        var deployment = new NewDeployment(request.Name ?? "", request.Routes ?? [], request.Project, request.Batch);
        var made = await deployments.CreateAsync(context.Caller(), deployment, context.RequestAborted);
        await WaitAsync(context, fleet, made, wait);
        return ApiResult.Created(
            made.Map(row => View(context, models, row)),
            ServingJson.Default.DeploymentView,
            static view => "/api/v1/deployments/" + view.Name);
    }

    private static async Task<IResult> GetAsync(HttpContext context, IDeployments deployments, IServedModels models, string name)
    {
        var found = await deployments.GetAsync(context.Caller(), name, context.RequestAborted);
        return ApiResult.Ok(found.Map(row => View(context, models, row)), ServingJson.Default.DeploymentView);
    }

    private static async Task<IResult> RouteAsync(
        HttpContext context, IDeployments deployments, IServedModels models, ServingFleet fleet, string name)
    {
        var read = await JsonBody.ReadAsync(context, ServingJson.Default.RouteDeploymentRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        var changed = await deployments.RouteAsync(context.Caller(), name, request.Routes ?? [], context.RequestAborted);
        return await ChangedAsync(context, models, fleet, changed);
    }

    private static async Task<IResult> BatchAsync(
        HttpContext context, IDeployments deployments, IServedModels models, ServingFleet fleet, string name)
    {
        var read = await JsonBody.ReadAsync(context, ServingJson.Default.BatchDeploymentRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        var changed = await deployments.BatchAsync(context.Caller(), name, request.Batch, context.RequestAborted);
        return await ChangedAsync(context, models, fleet, changed);
    }

    private static async Task<IResult> RollbackAsync(
        HttpContext context, IDeployments deployments, IServedModels models, ServingFleet fleet, string name) =>
        await ChangedAsync(context, models, fleet, await deployments.RollbackAsync(context.Caller(), name, context.RequestAborted));

    private static async Task<IResult> DeleteAsync(HttpContext context, IDeployments deployments, string name) =>
        ApiResult.Empty(await deployments.DeleteAsync(context.Caller(), name, context.RequestAborted));

    private static async Task<IResult> HistoryAsync(HttpContext context, IDeployments deployments, string name)
    {
        if (!context.Request.Query.Page(PageSize, PageSizeMax).TryGet(out var page, out var error)) return ApiProblem.From(error);
        var found = await deployments.HistoryAsync(context.Caller(), name, page, context.RequestAborted);
        return ApiResult.Ok(
            found.Map(static events => new DeploymentEventPage(events.Items, events.NextToken)), ServingJson.Default.DeploymentEventPage);
    }

    private static async Task<IResult> ChangedAsync(
        HttpContext context, IServedModels models, ServingFleet fleet, Result<Deployment> changed)
    {
        if (!WaitOf(context).TryGet(out var wait, out var error)) return ApiProblem.From(error);
        await WaitAsync(context, fleet, changed, wait);
        return ApiResult.Ok(changed.Map(row => View(context, models, row)), ServingJson.Default.DeploymentView);
    }

    private static Result<int> WaitOf(HttpContext context) => context.Request.Query.Int("wait_seconds", 0, 0, WaitSecondsMax);

    private static async Task WaitAsync(HttpContext context, ServingFleet fleet, Result<Deployment> changed, int seconds)
    {
        if (seconds == 0 || !changed.TryGet(out var row, out _)) return;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(TimeSpan.FromSeconds(seconds));
        try
        {
            await fleet.SettledAsync(row.Name, row.Revision, patience.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // Patience is over: the answer says how far it is.
        }
    }

    private static DeploymentView View(HttpContext context, IServedModels models, Deployment deployment) => DeploymentView.Of(
        deployment, models.Versions(context.Caller(), deployment.Name).TryGet(out var statuses, out _) ? statuses : []);
}
