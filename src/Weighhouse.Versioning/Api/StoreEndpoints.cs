using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Blobs;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Api;

/// <summary>The native API of the store behind all repositories and artifacts: what it holds, and its care. Administrators only.</summary>
internal static class StoreEndpoints
{
    /// <summary>Longer than anybody waits for room.</summary>
    private const double GraceHoursMax = 24 * 366;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/store").WithTags("Store");
        api.MapGet("", Get).WithMetadata(Policy.Administer).WithSummary("What the store holds, what is condemned, who takes how much room")
            .WithDescription("Reads no pack. Usage is as of the last measuring, the collection as of its last step.").Produces<StoreView>();
        api.MapPost("/measure", MeasureAsync).WithMetadata(Policy.Administer)
            .WithSummary("Add up the room of every repository and of the artifacts, shared and alone").Produces<StoreUsageView>();
        api.MapPost("/collect", CollectAsync).WithMetadata(Policy.Administer)
            .WithSummary("Take a step of the garbage collection, or say what it would do")
            .WithDescription("The first step condemns what nothing names, a step after the grace deletes it.")
            .Accepts<CollectRequest>("application/json").Produces<CollectionView>();
        api.MapPost("/collect/undo", UndoAsync).WithMetadata(Policy.Administer).WithSummary("Keep what is condemned and not deleted yet")
            .Produces(StatusCodes.Status204NoContent);
        api.MapPost("/check", CheckAsync).WithMetadata(Policy.Administer)
            .WithSummary("Look for damage in the store, named by pack and by path")
            .WithDescription("Query: data=true also reads and re-hashes every object.").Produces<StoreCheckView>();
    }

    private static IResult Get(HttpContext context, IObjectStore store)
    {
        if (Refuse(context) is { } refusal) return refusal;
        return ApiResult.Ok(store.Care.Facts().Map(StoreView.Of), VersioningJson.Default.StoreView);
    }

    private static async Task<IResult> MeasureAsync(HttpContext context, IObjectStore store, IEnumerable<ILiveObjects> roots)
    {
        if (Refuse(context) is { } refusal) return refusal;
        var measured = await store.Care.MeasureAsync(roots, context.RequestAborted);
        return ApiResult.Ok(measured.Map(StoreUsageView.Of), VersioningJson.Default.StoreUsageView);
    }

    private static async Task<IResult> CollectAsync(
        HttpContext context, IObjectStore store, IEnumerable<ILiveObjects> roots, BlobsOptions options, IAuditLog audit)
    {
        if (Refuse(context) is { } refusal) return refusal;
        if (!(await JsonBody.ReadAsync(context, VersioningJson.Default.CollectRequest)).TryGet(out var request, out var error))
            return ApiProblem.From(error);
        var hours = request.GraceHours ?? options.CollectGrace.TotalHours;
        if (hours is not (>= 0 and <= GraceHoursMax))
            return ApiProblem.From(Error.Invalid($"The grace is {hours} hours; 0 to {GraceHoursMax} are allowed.", "graceHours"));
        var collected = await store.Care.CollectAsync(
            roots, new CollectionRequest(TimeSpan.FromHours(hours), Preview: request.Preview), context.RequestAborted);
        if (!collected.IsFailure && !request.Preview) await TellAsync(context, audit, "store.collect");
        return ApiResult.Ok(
            collected.Map(static report => CollectionView.Of(report, null)), VersioningJson.Default.CollectionView);
    }

    private static async Task<IResult> UndoAsync(HttpContext context, IObjectStore store, IAuditLog audit)
    {
        if (Refuse(context) is { } refusal) return refusal;
        var undone = store.Care.UndoCollection();
        if (!undone.IsFailure) await TellAsync(context, audit, "store.collect-undo");
        return ApiResult.Empty(undone);
    }

    private static async Task<IResult> CheckAsync(HttpContext context, IObjectStore store, IGraphCheck check)
    {
        if (Refuse(context) is { } refusal) return refusal;
        var depth = context.Request.Query.Text("data") == "true" ? CheckDepth.Data : CheckDepth.Presence;
        var bytes = await store.Care.CheckAsync(depth, context.RequestAborted);
        var suspects = bytes.Damages.Select(static damage => damage.Id).OfType<Digest>().ToHashSet();
        var named = await check.CheckAsync(context.Caller(), null, suspects, context.RequestAborted);
        return ApiResult.Ok(named.Map(report => StoreCheckView.Of(bytes, report)), VersioningJson.Default.StoreCheckView);
    }

    private static IResult? Refuse(HttpContext context) =>
        context.Caller().Refuse(Permission.Administer, Scope.Server) is { } refusal ? ApiProblem.From(refusal) : null;

    private static ValueTask TellAsync(HttpContext context, IAuditLog audit, string action) =>
        audit.AppendAsync(new AuditEntry(context.Caller().Name, action, "store"), context.RequestAborted);
}
