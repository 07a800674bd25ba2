using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Registry.Api;

/// <summary>The native API of promotion requests.</summary>
internal static class PromotionEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, RouteGroupBuilder models)
    {
        var api = routes.MapGroup("/api/v1/promotion-requests").WithTags("Registered models");
        api.MapGet("", ListAsync).WithMetadata(Policy.View).WithSummary("List promotion requests, the last first")
            .WithDescription(
                "Query: model; state (open, promoted, rejected, withdrawn or expired); page_size, page_token. A page that is not full may "
                + "have another behind it.")
            .Produces<PromotionRequestPage>();
        api.MapPost("", AskAsync).WithMetadata(Policy.Contribute).WithSummary("Ask that a version enter a stage")
            .Accepts<AskPromotionRequest>("application/json").Produces<PromotionRequestView>(StatusCodes.Status201Created);
        api.MapGet("/{number:long}", GetAsync).WithMetadata(Policy.View).WithSummary("Read a promotion request with its reviews")
            .Produces<PromotionRequestView>();
        api.MapPost("/{number:long}/reviews", ReviewAsync).WithMetadata(Policy.View)
            .WithSummary("Approve, reject or comment a promotion request")
            .WithDescription("Approvers approve and reject; whoever sees it comments. A rejection closes it, and needs a comment.")
            .Accepts<ReviewRequest>("application/json").Produces<PromotionRequestView>();
        api.MapPost("/{number:long}/withdraw", WithdrawAsync).WithMetadata(Policy.View)
            .WithSummary("Withdraw a promotion request").WithDescription("By who asked, or an administrator of the model.")
            .Produces<PromotionRequestView>();
        api.MapPost("/{number:long}/promote", PromoteAsync).WithMetadata(Policy.Contribute)
            .WithSummary("Move the version of a promotion request when nothing stands in the way")
            .WithDescription("Gates that are due are run first.").Produces<ModelVersionView>();
        models.MapPost("/{name}/versions/{version:long}/override", OverrideAsync).WithMetadata(Policy.Administer)
            .WithSummary("Move a version to a stage whatever stands in the way")
            .WithDescription("For emergencies: with a reason, which the audit log, the history and those who are notified are told.")
            .Accepts<OverrideRequest>("application/json").Produces<ModelVersionView>();
    }

    private static async Task<IResult> ListAsync(HttpContext context, IPromotions promotions, RegistryOptions options)
    {
        var query = context.Request.Query;
        if (!query.Page(ApiNames.PageSize, options.GatePageMax).TryGet(out var page, out var error)) return ApiProblem.From(error);
        RequestState? state = null;
        if (query.Text("state") is { Length: > 0 } word)
        {
            if (!Word<RequestState>(word, "state").TryGet(out var read, out error)) return ApiProblem.From(error);
            state = read;
        }

        var found = await promotions.ListAsync(
            context.Caller(), new RequestQuery(query.Text("model"), state, page), context.RequestAborted);
        return ApiResult.Ok(
            found.Map(static listed => new PromotionRequestPage([.. listed.Items.Select(PromotionRequestView.Of)], listed.NextToken)),
            RegistryJson.Default.PromotionRequestPage);
    }

    private static async Task<IResult> AskAsync(HttpContext context, IPromotions promotions)
    {
        var read = await JsonBody.ReadAsync(context, RegistryJson.Default.AskPromotionRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        if (string.IsNullOrEmpty(request.Stage))
            return ApiProblem.From(Error.Invalid("stage is absent; name one of the project's stages.", "stage"));
        var asked = await promotions.AskAsync(
            context.Caller(),
            new NewPromotionRequest(
                new ModelVersionId(request.Name ?? "", request.Version), request.Stage, request.Reason ?? "", request.ArchiveOthers),
            context.RequestAborted);
        return ApiResult.Created(
            asked.Map(PromotionRequestView.Of), RegistryJson.Default.PromotionRequestView,
            static view => $"/api/v1/promotion-requests/{view.Number}");
    }

    private static async Task<IResult> GetAsync(HttpContext context, IPromotions promotions, long number) =>
        One(await promotions.GetAsync(context.Caller(), number, context.RequestAborted));

    private static async Task<IResult> ReviewAsync(HttpContext context, IPromotions promotions, long number)
    {
        var read = await JsonBody.ReadAsync(context, RegistryJson.Default.ReviewRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        if (!Word<ReviewVerdict>(request.Verdict ?? "", "verdict").TryGet(out var verdict, out error)) return ApiProblem.From(error);
        return One(await promotions.ReviewAsync(context.Caller(), number, verdict, request.Comment ?? "", context.RequestAborted));
    }

    private static async Task<IResult> WithdrawAsync(HttpContext context, IPromotions promotions, long number) =>
        One(await promotions.WithdrawAsync(context.Caller(), number, context.RequestAborted));

    private static async Task<IResult> PromoteAsync(HttpContext context, IPromotions promotions, long number)
    {
        var promoted = await promotions.PromoteAsync(context.Caller(), number, context.RequestAborted);
        return ApiResult.Ok(promoted.Map(ModelVersionView.Of), RegistryJson.Default.ModelVersionView);
    }

    private static async Task<IResult> OverrideAsync(HttpContext context, IPromotions promotions, string name, long version)
    {
        var read = await JsonBody.ReadAsync(context, RegistryJson.Default.OverrideRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        if (string.IsNullOrEmpty(request.Stage))
            return ApiProblem.From(Error.Invalid("stage is absent; name one of the project's stages.", "stage"));
        var moved = await promotions.OverrideAsync(
            context.Caller(), new ModelVersionId(ApiNames.Decoded(name), version), request.Stage, request.ArchiveOthers,
            request.Reason ?? "", context.RequestAborted);
        return ApiResult.Ok(moved.Map(ModelVersionView.Of), RegistryJson.Default.ModelVersionView);
    }

    private static Result<T> Word<T>(string word, string field) where T : struct, Enum =>
        Enum.GetNames<T>().FirstOrDefault(name => name.Equals(word, StringComparison.OrdinalIgnoreCase)) is { } known
            ? Enum.Parse<T>(known)
            : Error.Invalid(
                $"{field} is '{PlainText.Cut(word, 40)}'; use {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}.", field);

    private static IResult One(Result<PromotionRequest> request) =>
        ApiResult.Ok(request.Map(PromotionRequestView.Of), RegistryJson.Default.PromotionRequestView);
}
