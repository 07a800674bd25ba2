using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using Weighhouse.Web.Forms;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Repositories;

namespace Weighhouse.Web.Changes;

/// <summary>The forms that bring changes into a branch or take them back. Conflicts change nothing and are shown.</summary>
internal static class ChangeForms
{
    /// <summary>Names of fields that choose a side for one path: "side:labels/train.csv".</summary>
    public const string SidePrefix = "side:";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapForm("/repositories/{name}/merge", Policy.Contribute, MergeAsync);
        routes.MapForm("/repositories/{name}/revert", Policy.Contribute, RevertAsync);
    }

    private static async ValueTask<IResult> MergeAsync(PageCall call)
    {
        if (!(await RepositoryReader.ReadAsync(call, RepositoryTab.Compare)).TryGet(out var model, out var error)) return call.Fail(error);
        if (!Choices(call).TryGet(out var strategy, out error)) return call.Fail(error);
        var message = call.Field("message").Trim();
        var request = new MergeRequest(
            call.Field("into"), call.Field("from"), strategy, message.Length == 0 ? null : message, message.Length == 0);
        var merged = await call.Get<IMerges>().MergeAsync(call.Caller, model.Facts.Name, request, call.Cancellation);
        if (!merged.TryGet(out var result, out error)) return call.Fail(error);
        return result.Kind is MergeResultKind.Conflicts
            ? MergePages.Show(call, new MergeModel(model, request.Into, request.From, result, IsTried: true))
            : call.GoTo(model.CommitUrl(result.Head), new Flash(FlashKind.Merged));
    }

    private static async ValueTask<IResult> RevertAsync(PageCall call)
    {
        if (!(await RepositoryReader.ReadAsync(call, RepositoryTab.Compare)).TryGet(out var model, out var error)) return call.Fail(error);
        var mainline = int.TryParse(call.Field("mainline"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var request = new ReplayRequest(call.Field("branch"), call.Field("commit"), MergeStrategy.Fail, null, mainline);
        var reverted = await call.Get<IMerges>().RevertAsync(call.Caller, model.Facts.Name, request, call.Cancellation);
        if (!reverted.TryGet(out var result, out error)) return call.Fail(error);
        return result.Kind is MergeResultKind.Conflicts
            ? MergePages.Show(call, new MergeModel(model, request.Branch, request.Commit, result, IsTried: true) { IsRevert = true })
            : call.GoTo(model.CommitUrl(result.Head), new Flash(FlashKind.Reverted));
    }

    private static Result<MergeStrategy> Choices(PageCall call)
    {
        if (SideOf(call.Field("strategy")) is not { } absent) return Unknown(call.Field("strategy"));
        var places = new List<KeyValuePair<TreePath, MergeChoice>>();
        foreach (var (name, value) in call.Form)
        {
            if (!name.StartsWith(SidePrefix, StringComparison.Ordinal)) continue;
            if (!TreePath.Parse(name[SidePrefix.Length..]).TryGet(out var path, out var error)) return error;
            if (SideOf(value.ToString()) is not { } choice) return Unknown(value.ToString());
            places.Add(new KeyValuePair<TreePath, MergeChoice>(path, choice));
        }

        return new MergeStrategy(absent, places);
    }

    private static MergeChoice? SideOf(string word) => word switch
    {
        "" or "fail" => MergeChoice.Fail,
        "ours" => MergeChoice.Ours,
        "theirs" => MergeChoice.Theirs,
        _ => null,
    };

    private static Error Unknown(string word) =>
        Error.Invalid($"'{PlainText.Cut(word, 40)}' is no side; choose fail, ours or theirs.", "strategy");
}
