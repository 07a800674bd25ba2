using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Web.Forms;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Parts;

namespace Weighhouse.Web.Runs;

/// <summary>The forms that change a run, or several selected in a table.</summary>
internal static class RunForms
{
    /// <summary>Runs one form may name: as many as can be selected.</summary>
    private const int RunsMax = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapForm("/runs/{id}/rename", Policy.Contribute, RenameAsync);
        routes.MapForm("/runs/{id}/note", Policy.Contribute, SetNoteAsync);
        routes.MapForm("/runs/{id}/tags", Policy.Contribute, SetTagAsync);
        routes.MapForm("/runs/{id}/tags/delete", Policy.Contribute, DeleteTagAsync);
        routes.MapForm("/runs/{id}/delete", Policy.Contribute, DeleteAsync);
        routes.MapForm("/runs/{id}/restore", Policy.Contribute, RestoreAsync);
        routes.MapForm("/runs/delete", Policy.Contribute, call =>
            ChangeAllAsync(call, (runs, id) => runs.DeleteAsync(call.Caller, id, call.Cancellation)));
        routes.MapForm("/runs/restore", Policy.Contribute, call =>
            ChangeAllAsync(call, (runs, id) => runs.RestoreAsync(call.Caller, id, call.Cancellation)));
    }

    private static async ValueTask<IResult> RenameAsync(PageCall call)
    {
        var id = new RunId(call.Route("id"));
        var renamed = await call.Get<IRuns>()
            .UpdateAsync(call.Caller, id, new RunChange(Name: call.Field("name").Trim()), call.Cancellation);
        return renamed.Error is { } error ? call.Fail(error) : call.GoTo(call.ReturnTo(Links.Run(id)), new Flash(FlashKind.Saved));
    }

    private static ValueTask<IResult> SetNoteAsync(PageCall call) => ChangeAsync(call, new Flash(FlashKind.Saved), (runs, id) =>
        call.Field("note").Length == 0
            ? runs.DeleteTagAsync(call.Caller, id, RunModel.NoteTag, call.Cancellation)
            : runs.SetTagAsync(call.Caller, id, new Tag(RunModel.NoteTag, call.Field("note")), call.Cancellation));

    private static ValueTask<IResult> SetTagAsync(PageCall call) => ChangeAsync(call, new Flash(FlashKind.Saved), (runs, id) =>
        runs.SetTagAsync(call.Caller, id, new Tag(call.Field("key").Trim(), call.Field("value")), call.Cancellation));

    private static ValueTask<IResult> DeleteTagAsync(PageCall call) => ChangeAsync(call, new Flash(FlashKind.Saved), (runs, id) =>
        runs.DeleteTagAsync(call.Caller, id, call.Field("key"), call.Cancellation));

    private static ValueTask<IResult> DeleteAsync(PageCall call) =>
        ChangeAsync(call, new Flash(FlashKind.RunDeleted, call.Route("id")), (runs, id) =>
        runs.DeleteAsync(call.Caller, id, call.Cancellation));

    private static ValueTask<IResult> RestoreAsync(PageCall call) => ChangeAsync(call, new Flash(FlashKind.RunRestored), (runs, id) =>
        runs.RestoreAsync(call.Caller, id, call.Cancellation));

    private static async ValueTask<IResult> ChangeAsync(PageCall call, Flash flash, Func<IRuns, RunId, ValueTask<Result<Done>>> change)
    {
        var id = new RunId(call.Route("id"));
        var changed = await change(call.Get<IRuns>(), id);
        return changed.Error is { } error ? call.Fail(error) : call.GoTo(call.ReturnTo(Links.Run(id)), flash);
    }

    /// <summary>One after the other until one is refused: what is done stays done, and doing it again does no harm.</summary>
    private static async ValueTask<IResult> ChangeAllAsync(PageCall call, Func<IRuns, RunId, ValueTask<Result<Done>>> change)
    {
        var ids = call.Form["run"].OfType<string>().ToList();
        if (ids.Count > RunsMax)
            return call.Fail(Error.Invalid($"{ids.Count} runs are selected; at most {RunsMax} can be changed at once.", "run"));
        foreach (var id in ids)
        {
            var changed = await change(call.Get<IRuns>(), new RunId(id));
            if (changed.Error is { } error) return call.Fail(error);
        }

        return call.GoTo(call.ReturnTo("/experiments"), new Flash(FlashKind.Saved));
    }
}
