using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Api;

/// <summary>The native API of merges. Conflicts are an answer, not an error: nothing was changed, and they say where to choose.</summary>
internal static class MergeEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/{name}/merge", MergeAsync).WithMetadata(Policy.Contribute)
            .WithSummary("Merge a history into a branch, or say what that would do")
            .Accepts<MergeApiRequest>("application/json").Produces<MergeView>();
        api.MapPost("/{name}/revert", RevertAsync).WithMetadata(Policy.Contribute)
            .WithSummary("Take a commit's changes back with a new commit")
            .Accepts<ReplayApiRequest>("application/json").Produces<MergeView>();
        api.MapPost("/{name}/cherry-pick", PickAsync).WithMetadata(Policy.Contribute)
            .WithSummary("Repeat a commit's changes on a branch").Accepts<ReplayApiRequest>("application/json").Produces<MergeView>();
    }

    private static async Task<IResult> MergeAsync(HttpContext context, IMerges merges, string name)
    {
        var read = await JsonBody.ReadAsync(context, VersioningJson.Default.MergeApiRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        var asked = Words.Strategy(request.Strategy, request.Paths, request.WholeFiles, request.Key, request.Weights);
        if (!asked.TryGet(out var strategy, out error)) return ApiProblem.From(error);
        var merge = new MergeRequest(request.Into ?? "", request.From ?? "", strategy, request.Message, request.FastForward ?? true)
        {
            IsPreview = request.Preview ?? false,
        };
        return View(await merges.MergeAsync(context.Caller(), name, merge, context.RequestAborted));
    }

    private static async Task<IResult> RevertAsync(HttpContext context, IMerges merges, string name)
    {
        if (!(await ReadAsync(context)).TryGet(out var request, out var error)) return ApiProblem.From(error);
        return View(await merges.RevertAsync(context.Caller(), name, request, context.RequestAborted));
    }

    private static async Task<IResult> PickAsync(HttpContext context, IMerges merges, string name)
    {
        if (!(await ReadAsync(context)).TryGet(out var request, out var error)) return ApiProblem.From(error);
        return View(await merges.CherryPickAsync(context.Caller(), name, request, context.RequestAborted));
    }

    private static async ValueTask<Result<ReplayRequest>> ReadAsync(HttpContext context)
    {
        var read = await JsonBody.ReadAsync(context, VersioningJson.Default.ReplayApiRequest);
        if (!read.TryGet(out var request, out var error)) return error;
        var asked = Words.Strategy(request.Strategy, request.Paths, request.WholeFiles, request.Key, null);
        if (!asked.TryGet(out var strategy, out error)) return error;
        return new ReplayRequest(request.Branch ?? "", request.Commit ?? "", strategy, request.Message, request.Mainline ?? 0);
    }

    private static IResult View(Result<MergeResult> result) =>
        ApiResult.Ok(result.Map(MergeView.Of), VersioningJson.Default.MergeView);
}
