using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Parts;
using Weighhouse.Web.Repositories;

namespace Weighhouse.Web.Changes;

/// <summary>What merging one history into a branch would do, before it is done.</summary>
internal static class MergePages
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPage("/repositories/{name}/merge", Policy.View, PreviewAsync);

    public static IResult Show(PageCall call, MergeModel model) => call.Show<MergePage>(
        RepositoryReader.HeadOf(
            call, model.Repository, $"{call.Words["merge"]} · {model.Repository.Facts.Name}", new Crumb(call.Words["merge"])),
        model,
        model.IsTried ? StatusCodes.Status409Conflict : StatusCodes.Status200OK);

    private static async ValueTask<IResult> PreviewAsync(PageCall call)
    {
        if (!(await RepositoryReader.ReadAsync(call, RepositoryTab.Compare)).TryGet(out var model, out var error)) return call.Fail(error);
        var into = call.Query("into") ?? model.Facts.DefaultBranch;
        var from = call.Query("from") ?? "";
        if (from.Length == 0) return Show(call, new MergeModel(model, into, from, null));
        var request = new MergeRequest(into, from, MergeStrategy.Fail) { IsPreview = true };
        var tried = await call.Get<IMerges>().MergeAsync(call.Caller, model.Facts.Name, request, call.Cancellation);
        return tried.TryGet(out var result, out error) ? Show(call, new MergeModel(model, into, from, result)) : call.Fail(error);
    }
}

/// <param name="Result">Null while nothing has been chosen.</param>
/// <param name="IsTried">Whether the form was sent, and nothing came of it.</param>
public sealed record MergeModel(RepositoryModel Repository, string Into, string From, MergeResult? Result, bool IsTried = false)
{
    /// <summary>Whether a commit was to be taken back.</summary>
    public bool IsRevert { get; init; }

    public string CompareUrl => Links.Under($"{Repository.Url}/compare", $"{Into}...{From}");
}
