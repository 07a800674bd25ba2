using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using Weighhouse.Web.Forms;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Parts;
using Weighhouse.Web.Repositories;

namespace Weighhouse.Web.Refs;

/// <summary>Branches and tags: where they stand, how far from the default branch, where they have been; made and deleted.</summary>
internal static class RefPages
{
    private const int PageSize = 50;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage("/repositories/{name}/refs", Policy.View, ListAsync);
        routes.MapPage("/repositories/{name}/reflog", Policy.View, LogAsync);
        routes.MapForm("/repositories/{name}/refs", Policy.Contribute, CreateAsync);
        routes.MapForm("/repositories/{name}/refs/delete", Policy.Contribute, DeleteAsync);
    }

    private static async ValueTask<IResult> ListAsync(PageCall call)
    {
        if (!(await RepositoryReader.ReadAsync(call, RepositoryTab.Refs)).TryGet(out var model, out var error)) return call.Fail(error);
        var isTags = call.Query("kind") is "tags";
        var listed = await call.Get<IRefs>().ListAsync(
            call.Caller, model.Facts.Name, isTags ? Ref.Tags : Ref.Heads, new PageRequest(PageSize, call.Query("page")), call.Cancellation);
        if (!listed.TryGet(out var page, out error)) return call.Fail(error);
        var trunk = await call.Get<IRefs>().GetAsync(
            call.Caller, model.Facts.Name, Ref.Heads + model.Facts.DefaultBranch, call.Cancellation);
        var rows = new List<RefRow>(page.Items.Count);
        foreach (var reference in page.Items) rows.Add(await RowAsync(call, model, reference, trunk.IsFailure ? null : trunk.Value.Commit));
        var shown = new RefListModel(model, isTags, rows, page.NextToken, call.Query("page") is not null);
        return call.Show<RefListPage>(HeadOf(call, model), shown);
    }

    private static async ValueTask<RefRow> RowAsync(PageCall call, RepositoryModel model, Ref reference, Digest? trunk)
    {
        var found = await call.Get<ICommits>().GetAsync(call.Caller, model.Facts.Name, reference.Commit, call.Cancellation);
        Distance? apart = null;
        if (reference.Kind is RefKind.Branch && trunk is { } main)
        {
            var counted = await call.Get<ICommits>().DistanceAsync(
                call.Caller, model.Facts.Name, reference.Commit, main, call.Cancellation);
            if (!counted.IsFailure) apart = counted.Value;
        }

        return new RefRow(reference, found.IsFailure ? null : found.Value, apart);
    }

    private static async ValueTask<IResult> LogAsync(PageCall call)
    {
        if (!(await RepositoryReader.ReadAsync(call, RepositoryTab.Refs)).TryGet(out var model, out var error)) return call.Fail(error);
        var name = call.Query("ref") ?? Ref.Heads + model.Facts.DefaultBranch;
        var listed = await call.Get<IRefs>().LogAsync(
            call.Caller, model.Facts.Name, name, new PageRequest(PageSize, call.Query("page")), call.Cancellation);
        return listed.TryGet(out var page, out error)
            ? call.Show<RefLogPage>(HeadOf(call, model, name), new RefLogModel(model, name, page, call.Query("page") is not null))
            : call.Fail(error);
    }

    private static async ValueTask<IResult> CreateAsync(PageCall call)
    {
        var name = call.Route("name");
        var isTag = call.Field("kind") is "tag";
        var resolved = await call.Get<IRefs>().ResolveAsync(call.Caller, name, call.Field("start").Trim(), call.Cancellation);
        if (!resolved.TryGet(out var start, out var error)) return call.Fail(error);
        var change = new RefChange((isTag ? Ref.Tags : Ref.Heads) + call.Field("ref").Trim(), null, start);
        var made = await call.Get<IRefs>().UpdateAsync(call.Caller, name, new RefUpdate([change], "page"), call.Cancellation);
        return made.Error is { } refusal ? call.Fail(refusal) : Back(call, isTag, FlashKind.RefCreated);
    }

    private static async ValueTask<IResult> DeleteAsync(PageCall call)
    {
        var name = call.Route("name");
        var reference = call.Field("ref");
        if (!Digest.TryParse(call.Field("expected"), out var expected)) return call.Fail(Error.Invalid("The form names no commit."));
        var change = new RefChange(reference, expected, null);
        var deleted = await call.Get<IRefs>().UpdateAsync(call.Caller, name, new RefUpdate([change], "page"), call.Cancellation);
        return deleted.Error is { } refusal
            ? call.Fail(refusal)
            : Back(call, Ref.KindOf(reference) is RefKind.Tag, FlashKind.RefDeleted);
    }

    private static IResult Back(PageCall call, bool isTag, FlashKind flash) => call.GoTo(
        Links.WithQuery($"{Links.Repository(call.Route("name"))}/refs", ("kind", isTag ? "tags" : null)), new Flash(flash));

    private static PageHead HeadOf(PageCall call, RepositoryModel model, string? reference = null)
    {
        List<Crumb> crumbs = [new Crumb(call.Words["repo.refs"], reference is null ? null : $"{model.Url}/refs")];
        if (reference is not null) crumbs.Add(new Crumb(reference));
        return RepositoryReader.HeadOf(call, model, $"{reference ?? call.Words["repo.refs"]} · {model.Facts.Name}", crumbs);
    }
}

/// <param name="Commit">Null when it cannot be read.</param>
/// <param name="Apart">How far a branch is from the default one.</param>
public sealed record RefRow(Ref Ref, NamedCommit? Commit, Distance? Apart);

public sealed record RefListModel(
    RepositoryModel Repository, bool IsTags, IReadOnlyList<RefRow> Rows, string? NextToken, bool IsLaterPage)
{
    public string Url(bool tags, string? page = null) =>
        Links.WithQuery($"{Repository.Url}/refs", ("kind", tags ? "tags" : null), ("page", page));

    /// <summary>The default branch stays; tags go only by an administrator's hand.</summary>
    public bool MayDelete(Ref reference) => reference.Kind is RefKind.Tag
        ? Repository.MayAdminister
        : Repository.MayChange && reference.ShortName != Repository.Facts.DefaultBranch;
}

public sealed record RefLogModel(RepositoryModel Repository, string Name, Page<RefLogEntry> Entries, bool IsLaterPage)
{
    public string Url(string? page) => Links.WithQuery($"{Repository.Url}/reflog", ("ref", Name), ("page", page));
}
