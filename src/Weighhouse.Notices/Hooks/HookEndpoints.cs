using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Notices.Hooks;

/// <summary>The native API of hooks.</summary>
internal static class HookEndpoints
{
    private const int PageSize = 100;
    private const int PageSizeMax = 1_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/hooks").WithTags("Hooks");
        api.MapGet("", ListAsync).WithMetadata(Policy.Administer).WithSummary("List the hooks that you may manage")
            .WithDescription("Query: page_size, page_token.").Produces<HookPage>();
        api.MapPost("", CreateAsync).WithMetadata(Policy.Administer).WithSummary("Have an address told what happens")
            .WithDescription(
                "types: patterns such as version.*; shape: weighhouse, slack or teams; secret: what deliveries are signed with, never told "
                + "again; subjectKind and subjectName: the one model, repository or deployment that it is about.")
            .Accepts<HookRequest>("application/json").Produces<HookView>(StatusCodes.Status201Created);
        api.MapGet("/{id}", GetAsync).WithMetadata(Policy.Administer).WithSummary("Read a hook").Produces<HookView>();
        api.MapPatch("/{id}", ChangeAsync).WithMetadata(Policy.Administer).WithSummary("Change a hook: what is left out stays")
            .Accepts<HookRequest>("application/json").Produces<HookView>();
        api.MapDelete("/{id}", DeleteAsync).WithMetadata(Policy.Administer).WithSummary("Delete a hook; what waits is not delivered")
            .Produces(StatusCodes.Status204NoContent);
        api.MapPost("/{id}/test", TestAsync).WithMetadata(Policy.Administer).WithSummary("Make a delivery that only says that it works")
            .Produces<DeliveryView>();
        api.MapGet("/{id}/deliveries", DeliveriesAsync).WithMetadata(Policy.Administer).WithSummary("List deliveries, the latest first")
            .WithDescription("Query: page_size, page_token.").Produces<DeliveryPage>();
        api.MapGet("/{id}/deliveries/{delivery}", DeliveryAsync).WithMetadata(Policy.Administer)
            .WithSummary("Read a delivery and what was answered").Produces<DeliveryView>();
        api.MapPost("/{id}/deliveries/{delivery}/replay", ReplayAsync).WithMetadata(Policy.Administer).WithSummary("Deliver it again")
            .Produces<DeliveryView>();
        api.MapPost("/{id}/replay", ReplayDeadAsync).WithMetadata(Policy.Administer)
            .WithSummary("Deliver again what died since an instant, in its order")
            .Accepts<ReplayRequest>("application/json").Produces<ReplayAnswer>();
    }

    private static async Task<IResult> ListAsync(HttpContext context, IHooks hooks)
    {
        if (!context.Request.Query.Page(PageSize, PageSizeMax).TryGet(out var page, out var error)) return ApiProblem.From(error);
        var listed = await hooks.ListAsync(context.Caller(), page, context.RequestAborted);
        return ApiResult.Ok(
            listed.Map(static found => new HookPage([.. found.Items.Select(HookView.Of)], found.NextToken)), NoticesJson.Default.HookPage);
    }

    private static async Task<IResult> CreateAsync(HttpContext context, IHooks hooks)
    {
        var read = await JsonBody.ReadAsync(context, NoticesJson.Default.HookRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        if (!ShapeOf(request.Shape ?? "weighhouse").TryGet(out var shape, out error)) return ApiProblem.From(error);
        var hook = new NewHook(
            request.Name ?? "", request.Url ?? "", shape!.Value, request.Types ?? ["*"], request.Secret, request.Project,
            request.SubjectKind, request.SubjectName, request.IsActive ?? true);
        var made = await hooks.CreateAsync(context.Caller(), hook, context.RequestAborted);
        return ApiResult.Created(made.Map(HookView.Of), NoticesJson.Default.HookView, static view => "/api/v1/hooks/" + view.Id);
    }

    private static async Task<IResult> GetAsync(HttpContext context, IHooks hooks, string id) => ApiResult.Ok(
        (await hooks.GetAsync(context.Caller(), id, context.RequestAborted)).Map(HookView.Of), NoticesJson.Default.HookView);

    private static async Task<IResult> ChangeAsync(HttpContext context, IHooks hooks, string id)
    {
        var read = await JsonBody.ReadAsync(context, NoticesJson.Default.HookRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        if (request is not { Name: null, Project: null, SubjectKind: null, SubjectName: null })
            return ApiProblem.From(Error.Invalid("A hook's name, project and subject stay as they are. Make another hook."));
        if (!ShapeOf(request.Shape).TryGet(out var shape, out error)) return ApiProblem.From(error);
        var change = new HookChange(request.Url, shape, request.Types, request.Secret, request.IsActive);
        var changed = await hooks.ChangeAsync(context.Caller(), id, change, context.RequestAborted);
        return ApiResult.Ok(changed.Map(HookView.Of), NoticesJson.Default.HookView);
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, IHooks hooks, string id) =>
        ApiResult.Empty(await hooks.DeleteAsync(context.Caller(), id, context.RequestAborted));

    private static async Task<IResult> TestAsync(HttpContext context, IHooks hooks, string id) =>
        One(await hooks.TestAsync(context.Caller(), id, context.RequestAborted));

    private static async Task<IResult> DeliveriesAsync(HttpContext context, IHooks hooks, string id)
    {
        if (!context.Request.Query.Page(PageSize, PageSizeMax).TryGet(out var page, out var error)) return ApiProblem.From(error);
        var listed = await hooks.ListDeliveriesAsync(context.Caller(), id, page, context.RequestAborted);
        return ApiResult.Ok(
            listed.Map(static found => new DeliveryPage([.. found.Items.Select(DeliveryView.Of)], found.NextToken)),
            NoticesJson.Default.DeliveryPage);
    }

    private static async Task<IResult> DeliveryAsync(HttpContext context, IHooks hooks, string id, string delivery) =>
        One(await hooks.GetDeliveryAsync(context.Caller(), id, delivery, context.RequestAborted));

    private static async Task<IResult> ReplayAsync(HttpContext context, IHooks hooks, string id, string delivery) =>
        One(await hooks.ReplayAsync(context.Caller(), id, delivery, context.RequestAborted));

    private static async Task<IResult> ReplayDeadAsync(HttpContext context, IHooks hooks, string id)
    {
        var read = await JsonBody.ReadAsync(context, NoticesJson.Default.ReplayRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        var replayed = await hooks.ReplayDeadAsync(context.Caller(), id, request.SinceMs ?? 0, context.RequestAborted);
        return ApiResult.Ok(replayed.Map(static made => new ReplayAnswer(made.Count, made.HasMore)), NoticesJson.Default.ReplayAnswer);
    }

    private static IResult One(Result<Delivery> delivery) =>
        ApiResult.Ok(delivery.Map(DeliveryView.Of), NoticesJson.Default.DeliveryView);

    private static Result<HookShape?> ShapeOf(string? word)
    {
        if (word is null) return (HookShape?)null;
        return HookStore.ShapeOf(word) is { } shape
            ? shape
            : Error.Invalid($"'{word}' is no shape: weighhouse, slack or teams.", "shape");
    }
}
