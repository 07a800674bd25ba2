using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Parts;
using Weighhouse.Web.Repositories;

namespace Weighhouse.Web.Changes;

/// <summary>What any two revisions differ in.</summary>
internal static class ComparePages
{
    private const string Between = "...";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage("/repositories/{name}/compare", Policy.View, ChooseAsync);
        routes.MapPage("/repositories/{name}/compare/{**range}", Policy.View, ShowAsync);
        MergePages.Map(routes);
        ChangeForms.Map(routes);
    }

    /// <summary>The form's two fields become an address that can be sent to somebody.</summary>
    private static async ValueTask<IResult> ChooseAsync(PageCall call)
    {
        if (call.Query("from") is { } from && call.Query("to") is { } to)
            return Results.Redirect(Links.Under($"{Links.Repository(call.Route("name"))}/compare", from + Between + to));
        if (!(await RepositoryReader.ReadAsync(call, RepositoryTab.Compare)).TryGet(out var model, out var error)) return call.Fail(error);
        return model.Head is null
            ? call.Show<EmptyRepositoryPage>(RepositoryReader.HeadOf(call, model), model)
            : Show(call, new CompareModel(model, model.Facts.DefaultBranch, "", null, null));
    }

    private static async ValueTask<IResult> ShowAsync(PageCall call)
    {
        if (!(await RepositoryReader.ReadAsync(call, RepositoryTab.Compare)).TryGet(out var model, out var error)) return call.Fail(error);
        var range = call.Route("range");
        var at = range.IndexOf(Between, StringComparison.Ordinal);
        if (at <= 0 || at + Between.Length == range.Length)
        {
            return call.Fail(Error.Invalid(
                $"'{PlainText.Cut(range, 100)}' names no two revisions; write them as FROM...TO, such as v1...main.", "range"));
        }

        var (from, to) = (range[..at], range[(at + Between.Length)..]);
        if (!(await ResolveAsync(call, model, from)).TryGet(out var old, out error)) return call.Fail(error);
        if (!(await ResolveAsync(call, model, to)).TryGet(out var current, out error)) return call.Fail(error);
        var distance = await call.Get<ICommits>().DistanceAsync(call.Caller, model.Facts.Name, current, old, call.Cancellation);
        if (!distance.TryGet(out var apart, out error)) return call.Fail(error);
        var url = Links.Under($"{model.Url}/compare", range);
        if (!(await ChangeReader.ReadAsync(call, model, new Sides(old, current), url)).TryGet(out var changes, out error))
            return call.Fail(error);
        return Show(call, new CompareModel(model, from, to, apart, changes));
    }

    private static ValueTask<Result<Digest>> ResolveAsync(PageCall call, RepositoryModel model, string revision) =>
        call.Get<IRefs>().ResolveAsync(call.Caller, model.Facts.Name, revision, call.Cancellation);

    private static IResult Show(PageCall call, CompareModel model) => call.Show<ComparePage>(
        RepositoryReader.HeadOf(
            call, model.Repository, $"{call.Words["compare"]} · {model.Repository.Facts.Name}", new Crumb(call.Words["compare"])),
        model);
}

/// <param name="Apart">How many commits the newer one has more, and the older one; null while nothing has been chosen.</param>
public sealed record CompareModel(RepositoryModel Repository, string From, string To, Distance? Apart, ChangeSet? Changes)
{
    public string SwapUrl => Links.Under($"{Repository.Url}/compare", $"{To}...{From}");

    /// <summary>Only branches can take something in.</summary>
    public bool MayMerge => Repository.MayChange && Apart is { Ahead: > 0 }
        && Repository.Branches.Refs.Any(branch => branch.ShortName == From);

    public string MergeUrl => Links.WithQuery($"{Repository.Url}/merge", ("into", From), ("from", To));
}
